//! What a node's sessions do by themselves for as long as it runs. Each waits
//! for no other.

use std::sync::Arc;

use sesame_domain::ports::LongLived;

use crate::accounts::finish_erasures;
use crate::login::{Drivers, adopt_logins, prune_logins};
use crate::pool::{Pool, log_out_leaving, settle_doubts};

/// All of it.
pub(crate) fn tasks(drivers: &Arc<Drivers>, pool: &Arc<Pool>) -> Vec<LongLived> {
    let node = &pool.node;
    vec![
        node.long_lived("login adoption", with(drivers, adopt_logins)),
        node.long_lived("login pruning", with(node, prune_logins)),
        node.long_lived("session log-out", with(pool, log_out_leaving)),
        node.long_lived("doubtful sessions", with(pool, settle_doubts)),
        node.long_lived("erasures", with(node, finish_erasures)),
    ]
}

fn with<T, R, F>(what: &Arc<T>, run: R) -> impl Fn() -> F + use<T, R, F>
where
    R: Fn(Arc<T>) -> F,
{
    let what = Arc::clone(what);
    move || run(Arc::clone(&what))
}
