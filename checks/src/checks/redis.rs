//! Redis, if there is one.

use crate::check::{Check, Group};
use crate::finding::Finding;
use crate::ports::Ports;

pub(super) const CHECK: Check = Check::new("redis", Group::Storage, |ports| Box::pin(look(ports)));

const ABOUT: &str = "redis";

async fn look(ports: &Ports) -> Vec<Finding> {
    let Some(redis) = &ports.redis else {
        return Vec::new();
    };
    let finding = match redis.try_out().await {
        Ok(()) => Finding::good(ABOUT, "holds leases, and what is published comes back"),
        Err(unusable) => Finding::unusable(ABOUT, &unusable),
    };
    vec![finding]
}
