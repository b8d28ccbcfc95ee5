//! What to do when PostgreSQL or Redis cannot be worked with.

use sesame_store::{RedisRefusal, RedisRefused, ServerRefusal};

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

/// What to do about Redis.
pub(crate) fn by_redis(refused: &RedisRefused) -> String {
    match refused.refusal {
        RedisRefusal::NoSuchHost => {
            "the host of Redis is not known: correct the name in REDIS_URL (or is the name server out?)"
        }
        RedisRefusal::Unreachable => {
            "no Redis answers: is it running, and are the host and the port in REDIS_URL right?"
        }
        RedisRefusal::Silent => {
            "Redis does not answer in time: is it running, does it speak TLS (rediss://) or not (redis://), and is REDIS_URL right?"
        }
        RedisRefusal::NotRedis => {
            "what answers there is no Redis, or hung up: correct the host and the port in REDIS_URL, and write rediss:// where it speaks TLS"
        }
        RedisRefusal::Lost => "the connection to Redis was lost: is it running, and does it stay so?",
        RedisRefusal::Tls => {
            "TLS with Redis fails: see to its certificate, or write redis:// if it speaks none"
        }
        RedisRefusal::PasswordRequired => {
            "Redis demands a password: write it into REDIS_URL (redis://user:password@host)"
        }
        RedisRefusal::Credentials => {
            "Redis does not accept the name or the password in REDIS_URL (or has none set: then leave them out)"
        }
        RedisRefusal::NotAdmitted => {
            "Redis is in protected mode: set a password there, and write it into REDIS_URL"
        }
        RedisRefusal::NoSuchDatabase => {
            "Redis has no database of the number at the end of REDIS_URL: correct or remove it"
        }
        RedisRefusal::NoRight => {
            return match refused.missing_rights() {
                Some(rights) => format!(
                    "the Redis user in REDIS_URL lacks a right: `ACL SETUSER … {rights}` (docs/OPERATIONS.md has the whole line)"
                ),
                None => "the Redis user in REDIS_URL lacks a right".to_owned(),
            };
        }
        RedisRefusal::ReadOnly => {
            "this Redis is a replica and takes no writes: put the address of its primary into REDIS_URL"
        }
        RedisRefusal::Full => {
            "the memory of Redis is full: raise `maxmemory`, or remove what else is in there"
        }
        RedisRefusal::NotSaved => {
            "Redis takes no writes, since it cannot save them: see to its disk, or `CONFIG SET stop-writes-on-bgsave-error no`"
        }
        RedisRefusal::TooFewReplicas => {
            "Redis takes no writes, since too few replicas are connected: see to them, or lower `min-replicas-to-write`"
        }
        RedisRefusal::Loading => {
            "Redis is not ready (it loads its data, runs a script, or lost its primary): try again in a moment"
        }
        RedisRefusal::Cluster => {
            "this Redis is a cluster, over which leases and wake-ups do not work: put the address of a single Redis into REDIS_URL"
        }
        RedisRefusal::TooManyConnections => {
            "Redis has no connections left: raise `maxclients`, or end what holds them"
        }
        RedisRefusal::NotDelivered => {
            "what is published to Redis does not come back: is there a proxy that keeps channels apart?"
        }
        RedisRefusal::Forgets => {
            "what is written to Redis is not there afterwards: is there a proxy that reads from replicas?"
        }
        RedisRefusal::Other => "Redis refuses: is REDIS_URL right?",
    }
    .to_owned()
}
