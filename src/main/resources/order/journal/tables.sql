create table if not exists entry (id text primary key, version integer not null, day text not null,
  created integer not null, changed integer not null, due integer, kis_day text not null, code text, client text,
  key text, doc text not null);
create index if not exists entry_of_day on entry (day, created, id);
create index if not exists entry_of_client on entry (client, day, created, id) where client is not null;
create index if not exists entry_due on entry (due) where due is not null;
create index if not exists entry_of_stock on entry (kis_day, code, created) where due is not null;
create table if not exists holder (key text primary key, entry text not null) without rowid;
create table if not exists number (day text not null, order_no text not null, entry text not null, code text,
  action text not null, confirmed integer not null, sent integer not null, answered integer not null,
  primary key (day, order_no)) without rowid;
create index if not exists number_latest on number (order_no, day);
create index if not exists number_of_entry on number (entry);
create index if not exists number_of_stock on number (day, code) where confirmed = 1;
create table if not exists audit (day text not null, kind text not null, doc text not null);
create index if not exists audit_of_day on audit (day, kind);
create table if not exists day_value (day text not null, client text not null, won integer not null, primary key (day, client))
  without rowid;
create table if not exists taken_over (file text primary key) without rowid;
create temp table received (id text primary key, version integer not null, key text unique, created integer not null, doc text not null)
