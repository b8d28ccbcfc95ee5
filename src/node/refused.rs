//! What to do when PostgreSQL cannot be worked with.

use sesame_store::ServerRefusal;

/// What to do about a PostgreSQL server; `named` is where its address stands.
pub(crate) fn by_postgres(refusal: ServerRefusal, named: &str) -> String {
    match refusal {
        ServerRefusal::NoSuchHost => format!(
            "the database's host is not known: correct the name in {named} (or is the name server out?)"
        ),
        ServerRefusal::Unreachable => format!(
            "no database answers: is it running, and are the host and the port in {named} right?"
        ),
        ServerRefusal::Silent => format!(
            "the database does not answer in time: is it running, does a firewall stand between, does a pooler wait for its own server, and is {named} right?"
        ),
        ServerRefusal::NotPostgres => format!(
            "what answers there is no PostgreSQL, or hung up: correct the host and the port in {named}"
        ),
        ServerRefusal::NoTls => format!(
            "the database has no TLS, and {named} demands it: turn `ssl` on there, or take `sslmode` out of {named}"
        ),
        ServerRefusal::TlsRequired => format!(
            "the database takes no connection without TLS: put `?sslmode=require` at the end of {named}"
        ),
        ServerRefusal::Tls => format!(
            "TLS with the database fails: see to its certificate, and to `sslmode` and `sslrootcert` in {named}"
        ),
        ServerRefusal::Credentials => format!(
            "the database does not accept the name or the password in {named} (what is not a letter or a digit is written as %XX there, @ as %40)"
        ),
        ServerRefusal::NotAdmitted => format!(
            "the database does not let this user in: see to its pg_hba.conf and to the name in {named} (if it wants TLS, put `?sslmode=require` at its end)"
        ),
        ServerRefusal::NoSuchDatabase => format!(
            "there is no such database: make it (`CREATE DATABASE`), or correct the name at the end of {named}"
        ),
        ServerRefusal::NoRight => format!(
            "the user in {named} has no right to the database: `GRANT CONNECT, CREATE ON DATABASE …`"
        ),
        ServerRefusal::Parameter => format!(
            "the database, or the pooler before it, does not take a parameter: take it out of {named}"
        ),
        ServerRefusal::TooManyConnections => {
            "the database has no connections left: raise its limit, or end what holds them"
                .to_owned()
        }
        ServerRefusal::Starting => {
            "the database is starting or stopping: try again in a moment".to_owned()
        }
        ServerRefusal::BehindPooler => format!(
            "the pooler in {named} does not reach its database: is that one running, and does it let the pooler in?"
        ),
        ServerRefusal::Pooled => format!(
            "{named} leads to a pooler in transaction or statement pooling, over which sessions are not safe: set `pool_mode = session` there, or go round it"
        ),
        ServerRefusal::OneConnection => format!(
            "the pooler in {named} has too few connections: allow 10 and more for each node (`default_pool_size`)"
        ),
        ServerRefusal::Other => format!("the database refuses: is {named} right?"),
    }
}
