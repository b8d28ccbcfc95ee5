//! Tenants that do not stand in the environment: each runs beside the first one,
//! on what the node has, with a bot, sessions, pages and jobs of its own.

mod administration;
mod for_command;
mod keeper;
mod node_parts;
mod one;
mod removal;
mod routes;
mod standing;
mod tokens;

pub(super) use administration::Administration;
pub(crate) use for_command::{TenantForCommand, why_idle};
pub(super) use keeper::TenantKeeper;
pub(super) use node_parts::NodeParts;
pub(super) use routes::TenantRoutes;
