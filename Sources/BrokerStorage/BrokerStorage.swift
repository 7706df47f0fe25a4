// BrokerStorage keeps the broker's state in SQL. It is the only room with SQL in it.
//
// - `SQLiteStore`   the store: one file in WAL mode that several processes of one machine share
// - `Writing/`      the batching writer: bodies that wait together commit together, each in its own savepoint
// - `Watching/`     who is told of commits, ours and those of other processes
// - `Statements/`   statements, rows and errors between GRDB and the model
// - `Features/`     the queries, one file per feature
// - `Migrations/`   the schema, one numbered file per step
//
// The SQL keeps to what PostgreSQL reads as well: TEXT, BIGINT and BLOB (a domain over `bytea` there), times as
// microseconds, JSON as opaque text, comparison keys made in Swift, and no row ids. Values are bound by name.
