package io.kisgateway;

import io.kisgateway.kept.KeptEndpoint;
import io.kisgateway.kis.KisEndpoint;
import io.kisgateway.routes.RouteCatalogue;
import io.kisgateway.routes.StepOptions;
import io.kisgateway.settings.Setting;
import io.kisgateway.settings.Settings;
import io.kisgateway.stream.RealtimeEndpoint;

/** What is written of the shipped routes for people. */
final class RouteDocuments {

    private RouteDocuments() {}

    /** {@code docs/routes.md}. */
    static String routes() {
        return RouteCatalogue.shipped(id -> "`" + Settings.endpointLimitVariable(id) + "`, else `" + Setting.RATE_LIMIT + "`")
                .markdown(steps());
    }

    private static String steps() {
        return """
                # Steps

                A route begins with `platform-http:` and its path (with `httpMethodRestrict`, GET or POST), or with `direct:` and a
                name under which other routes call it. Then come its steps.

                **`request:query`**, or `request:order` where an order may be placed: what the caller may send, a parameter for each
                member of the JSON body, of the query string or of the path. Each becomes `${variable.name}`. A member is
                `<type>`, then `required`, `optional` or `default <value>`:

                | Type | Accepts |
                |---|---|
                | `stock code`, `index code` | `005930`, `Q500001`; `0001` |
                | `integer 1..1000`, `integer in 1 3 5`, `text 1..64` | a whole number, or digits in a string; one of these numbers; a string of that length |
                | `list 1..41` | so many different texts: a JSON array, or in a query string with commas |
                | `boolean` | `true`, `false` |
                | `date`, `time` | `2026-11-23` or `20261123`; `09:30:00` or `093000`. Defaults may be `today` and `now`, in Korea |
                | `order number` | up to ten digits |

                `default blank` is an empty text: for what KIS wants to be sent though the caller has nothing to say. An `optional` member
                that was not sent is no variable at all. `null` is as if a member were not sent. With a `date` there is also
                `${variable.today}`; `start_date` and `end_date` must be in order.

                After it, `; index code when is_index or 0001 1001` gives a member another type when that boolean member is true, or
                when it has one of these values.

                A route that begins with **`realtime:kind`** gets each realtime record of a TR, an object of its columns as texts, with the
                `$variables` `code`, `kind` and `date`. It maps it with `reply:` and hands it on with `process`, `ref: realtime-publish`
                to everybody who [listens](realtime.md). Its options:

                """ + StepOptions.markdown(RealtimeEndpoint.class) + """

                **`process`, `ref: throttle`**: waits for the endpoint's permit. Every endpoint that asks KIS has it, before it asks.

                **`order:buy`**, `order:sell`, `order:cancel`, `order:modify`, or `order:other` for what another market or kind needs:
                the first step of an order, before the throttle. Of all requests with one `Idempotency-Key` one goes on; halt and guard
                are asked. It gives the later steps `${variable.ord_dvsn}`, `${variable.exchange}` and, for cancel and modify,
                `${variable.organization_no}`, `${variable.target_order_no}`, `${variable.change_quantity}` and `${variable.change_all}`.

                **`kis:get:/uapi/…`**, or **`kis:order:/uapi/…`** for an order, which is refused without an `order:` step and a throttle before it, and is
                written down, sent once and brought to an end: one operation of KIS. What is written in UPPER_CASE is a parameter of it and
                always sent, blank or not; a value is a constant, an expression like `${variable.stock_code}`, or a date in Korea:
                `today`, `today-45d`. Token, account, pages, repeats and the circuit breaker are taken care of. Its options:

                """ + StepOptions.markdown(KisEndpoint.class) + """

                **`kept:name`**: what KIS may be asked only once a day, or once a day for each base date. The reply is kept for all callers,
                instances and restarts; on the next day it is asked for again. A failed ask is repeated after a minute; what is known from
                earlier serves until then. Its options:

                """ + StepOptions.markdown(KeptEndpoint.class) + """

                **`reply:mappings/file.jslt`**: how the answer is shaped, in [JSLT](https://github.com/schibsted/jslt), from KIS's reply
                and the `$variables`. The file is looked for in the routes folder, then in the jar. `reply:inline` has the mapping in
                the parameter `template`. KIS sends every value as text; these functions make values of it. What the answer cannot do
                without has one argument: if the text is not what it should be, the call ends with 502 `KIS_UNREADABLE`, which names
                member and row, so that no fault looks like a zero. Everything else has a second argument, which stands for a blank,
                a missing or an unreadable value. A member that no reply of KIS has had is told once in the log, and on `/routes`:

                | Function | Gives |
                |---|---|
                | `whole(text)`, `decimal(text)`, `text(text)` | an integer, a number, a text without padding; `whole(.x, null)` is null where there is none, `-` and `-inf` included |
                | `natural(text)`, `price(text)` | an integer or a number that is never below zero: what KIS sends with a minus there is no price |
                | `rows(list, member …)` | the rows that hold something, beside these members: KIS pads lists with blanks, some with a date |
                | `fold(bars, minutes)` | bars of a minute each as bars of several |
                | `date(text)`, `kst(date, time)` | `2026-11-23`; `2026-11-23T09:00:00+09:00` |
                | `flag(text)` | true of Y, false of N |
                | `today()`, `now()` | in Korea, as KIS writes dates and times |
                | `issue-name(code)` | the name of a stock or index, null while it is not known |
                | `invalid(member, sentence)` | ends the call with 400 that names the member |

                Everything else of the [Camel YAML DSL](https://camel.apache.org/components/4.14.x/others/yaml-dsl.html) works too, such as
                `choice`. Files open in [Kaoto](https://kaoto.io), which draws the steps of this gateway with a question mark, as it knows
                only Camel's own. `java -jar target/kis-gateway.jar check DIR` says what is wrong with the files of a folder.
                """;
    }
}
