package io.kisgateway.call;

/** How answers look to the callers of some paths, where that is not as usual. Carried by their calls. */
public interface ReplyForm {

    /** Of a call that ended with a problem. */
    Answer refusal(Problem problem, Call call);

    /** Of a call that ended well. @param usual what others would get */
    Answer success(Answer usual, Call call);
}
