//! The statements that reach the database.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use sea_orm::Statement;

/// A statement, and which port sent it first.
#[derive(Clone, Debug)]
pub(super) struct Query {
    pub(super) port: &'static str,
    pub(super) statement: Statement,
}

/// Every statement that reached the database, each once; clones share them.
#[derive(Clone, Default)]
pub(super) struct Caught(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    /// Which port is being called.
    port: &'static str,
    queries: BTreeMap<String, Query>,
}

impl Caught {
    /// From now on this port is called.
    pub(super) fn port_is(&self, port: &'static str) {
        self.0.lock().unwrap().port = port;
    }

    /// A statement reached the database.
    pub(super) fn note(&self, statement: &Statement) {
        let mut inner = self.0.lock().unwrap();
        let query = Query {
            port: inner.port,
            statement: statement.clone(),
        };
        inner.queries.entry(statement.sql.clone()).or_insert(query);
    }

    /// Those that read or write tables.
    pub(super) fn queries(&self) -> Vec<Query> {
        let inner = self.0.lock().unwrap();
        let queries = inner.queries.values();
        let queries = queries.filter(|query| is_about_tables(&query.statement.sql));
        queries.cloned().collect()
    }
}

fn is_about_tables(sql: &str) -> bool {
    !sql.contains("pg_advisory") && !sql.starts_with("SET ") && !sql.starts_with("LOCK ")
}
