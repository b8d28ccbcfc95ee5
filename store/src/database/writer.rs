//! The connections that write.

use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, ExecResult,
    QueryResult, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
};

use super::failure::leaves_doubt;
use super::rest::Doubt;

/// The connections that write: single statements, or transactions. Whatever
/// leaves one in doubt has it made anew.
#[derive(Clone, Debug)]
pub(crate) struct Writer {
    connections: DatabaseConnection,
    doubt: Doubt,
}

impl Writer {
    pub(super) fn new(connections: DatabaseConnection, doubt: Doubt) -> Self {
        Self { connections, doubt }
    }

    pub(super) async fn begin(&self) -> Result<DatabaseTransaction, DbErr> {
        let options = TransactionOptions {
            // A transaction that reads first and writes then would fail if
            // another process wrote in between.
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        self.look_at(self.connections.begin_with_options(options).await)
    }

    pub(super) async fn close(&self) -> Result<(), DbErr> {
        self.connections.close_by_ref().await
    }

    #[cfg(test)]
    pub(super) fn watched_by(&mut self, note: impl Fn(&Statement) + Send + Sync + 'static) {
        self.connections
            .set_metric_callback(move |told| note(told.statement));
    }

    pub(super) fn doubt(&self) -> &Doubt {
        &self.doubt
    }

    fn look_at<T>(&self, outcome: Result<T, DbErr>) -> Result<T, DbErr> {
        if outcome.as_ref().is_err_and(leaves_doubt) {
            self.doubt.raise();
        }
        outcome
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Writer {
    fn get_database_backend(&self) -> DbBackend {
        self.connections.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.look_at(self.connections.execute_raw(statement).await)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.look_at(self.connections.execute_unprepared(sql).await)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.look_at(self.connections.query_one_raw(statement).await)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.look_at(self.connections.query_all_raw(statement).await)
    }
}
