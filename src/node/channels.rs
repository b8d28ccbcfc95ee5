//! Channels that are read for people.

use std::sync::Arc;

use sesame_webapp::ChannelPorts;
use sesame_work::{ChannelUpkeep, ReadChannelsPorts, ServerChannels};

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

/// What the web server asks of them.
pub(super) fn web(runtime: &Runtime) -> ChannelPorts {
    let core = &runtime.core;
    let database = &core.database;
    ChannelPorts {
        requests: Arc::new(ServerChannels {
            channels: Arc::new(database.channels()),
            accounts: Arc::new(database.accounts()),
            dialogs: Arc::new(runtime.sessions.reader()),
            signals: runtime.coordination.signals(),
            clock: Arc::clone(&core.clock),
            entropy: Arc::clone(&core.entropy),
            origin: "mini app".to_owned(),
        }),
        posts: Arc::new(database.posts()),
    }
}

/// What sees to it that they are read, and removes what no one wants.
pub(super) fn upkeep(runtime: &Runtime) -> ChannelUpkeep {
    ChannelUpkeep {
        channels: Arc::new(runtime.core.database.channels()),
        entropy: Arc::clone(&runtime.core.entropy),
    }
}
