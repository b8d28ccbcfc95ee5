//! Copies of chats that are kept on the server.

use std::sync::Arc;

use sesame_custody::exports::SealedExports;
use sesame_domain::ports::ExportStore;
use sesame_webapp::ExportPorts;
use sesame_words::Language;
use sesame_work::exporter::{Archives, ExportPorts as Reading};
use sesame_work::jobs::{EndTakeoutPorts, ExportJobPorts};
use sesame_work::{ExportUpkeep, ServerExports};

use super::runtime::Runtime;
use crate::config::Settings;
use crate::failure::Failure;

/// What keeps copies of chats on a node.
#[derive(Clone)]
pub(super) struct NodeExports {
    store: Arc<dyn ExportStore>,
    room: u64,
    kept: chrono::TimeDelta,
}

impl NodeExports {
    /// By these settings; `None`: they name no place.
    pub(super) fn of(runtime: &Runtime, settings: &Settings) -> Result<Option<Self>, Failure> {
        let exports = &settings.exports;
        let Some(address) = &exports.export_to else {
            return Ok(None);
        };
        let core = &runtime.core;
        let (vault, entropy) = (Arc::clone(&core.vault), Arc::clone(&core.entropy));
        let store = SealedExports::open(address, Some(exports.s3()), vault, entropy);
        let store = store.map_err(|error| Failure::other("EXPORT_TO cannot be used", error))?;
        Ok(Some(Self {
            store: Arc::new(store),
            room: exports.room(),
            kept: exports.kept(),
        }))
    }

    /// What the jobs that make them work with.
    pub(super) fn job(&self, runtime: &Runtime) -> ExportJobPorts {
        let core = &runtime.core;
        let reader = Arc::new(runtime.sessions.reader());
        ExportJobPorts {
            exports: Arc::new(core.database.exports()),
            store: Arc::clone(&self.store),
            accounts: Arc::new(core.database.accounts()),
            dialogs: Arc::clone(&reader) as _,
            read: Reading {
                layer: reader.layer(),
                records: Arc::clone(&reader) as _,
                takeouts: Arc::clone(&reader) as _,
                media: reader,
            },
            jobs: Arc::new(core.database.jobs()),
            people: Arc::new(core.database.people()),
            words: |tag| Arc::new(Language::of(tag).export()),
            entropy: Arc::clone(&core.entropy),
            room: self.room,
            kept: self.kept,
        }
    }

    /// What the jobs that end takeouts of Telegram's work with.
    pub(super) fn end_takeout(runtime: &Runtime) -> EndTakeoutPorts {
        let database = &runtime.core.database;
        EndTakeoutPorts {
            jobs: Arc::new(database.jobs()),
            accounts: Arc::new(database.accounts()),
            takeouts: Arc::new(runtime.sessions.reader()),
        }
    }

    /// What removes them.
    pub(super) fn upkeep(&self, runtime: &Runtime) -> ExportUpkeep {
        ExportUpkeep {
            exports: Arc::new(runtime.core.database.exports()),
            renewals: Arc::new(runtime.core.database.export_renewals()),
            store: Arc::clone(&self.store),
            entropy: Arc::clone(&runtime.core.entropy),
            kept: self.kept,
            origin: runtime.core.origin.clone(),
        }
    }

    /// What the web server asks of them.
    pub(super) fn web(&self, runtime: &Runtime) -> ExportPorts {
        let core = &runtime.core;
        let database = &core.database;
        let reader = Arc::new(runtime.sessions.reader());
        ExportPorts {
            rows: Arc::new(database.exports()),
            requests: Arc::new(ServerExports {
                exports: Arc::new(database.exports()),
                renewals: Arc::new(database.export_renewals()),
                store: Arc::clone(&self.store),
                jobs: Arc::new(database.jobs()),
                counts: Arc::clone(&reader) as _,
                dialogs: reader,
                signals: runtime.coordination.signals(),
                clock: Arc::clone(&core.clock),
                entropy: Arc::clone(&core.entropy),
                room: self.room,
                kept: self.kept,
                origin: "mini app".to_owned(),
            }),
            archives: Arc::new(Archives {
                exports: Arc::new(database.exports()),
                store: Arc::clone(&self.store),
            }),
        }
    }
}
