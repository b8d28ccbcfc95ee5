//! Channels that are read for people.

use std::sync::Arc;

use sesame_work::{ChannelUpkeep, ReadChannelsPorts};

use super::runtime::Runtime;

/// What reads them.
pub(super) fn reading(runtime: &Runtime) -> ReadChannelsPorts {
    let (core, reader) = (&runtime.core, Arc::new(runtime.sessions.reader()));
    let database = &core.database;
    ReadChannelsPorts {
        channels: Arc::new(database.channels()),
        posts: Arc::new(database.posts()),
        cursors: Arc::new(database.cursors()),
        accounts: Arc::new(database.accounts()),
        differences: Arc::clone(&reader) as _,
        history: Arc::clone(&reader) as _,
        dialogs: reader,
        signals: runtime.coordination.signals(),
        entropy: Arc::clone(&core.entropy),
    }
}

/// What sees to it that they are read, and removes what no one wants.
pub(super) fn upkeep(runtime: &Runtime) -> ChannelUpkeep {
    ChannelUpkeep {
        channels: Arc::new(runtime.core.database.channels()),
        entropy: Arc::clone(&runtime.core.entropy),
    }
}
