//! Calls what nodes say of themselves.

use sesame_domain::listing::Tenants;
use sesame_domain::ports::listing::NodeListing as _;
use sesame_domain::ports::{NodeRecord, Nodes as _};

use super::drive::{Driver, now};
use super::make::{at, node, tenant};
use crate::Database;

impl Driver {
    pub(super) async fn node_list(&mut self, db: &Database) {
        let nodes = db.nodes();
        let record = NodeRecord {
            id: node(),
            tenant: tenant(),
            version: "1".into(),
            host: "db1".into(),
            started_at: now(),
            seen_at: now(),
            stopped_at: None,
        };
        self.call("Nodes::seen", nodes.seen(&record)).await;
        self.call("NodeListing::nodes", db.listing().nodes(&Tenants::All))
            .await;
        self.call("Nodes::stopped", nodes.stopped(&record.id, now()))
            .await;
        self.call("Nodes::forget", nodes.forget(at(50))).await;
    }
}
