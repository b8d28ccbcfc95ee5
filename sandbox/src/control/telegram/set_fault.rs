//! A fault as it is asked for.

use serde::Deserialize;
use utoipa::ToSchema;

use super::fault_view::FaultKind;

/// A fault to be set.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SetFault {
    /// What goes wrong; `rpc` if absent.
    #[serde(default)]
    pub(super) kind: FaultKind,
    /// `rpc`, `lost`, `delay`: the method as in the schema; `*` for all.
    #[schema(example = "auth.exportLoginToken")]
    pub(super) method: Option<String>,
    /// `rpc`, `transport`: the error's code.
    #[schema(example = 420)]
    pub(super) error_code: Option<i32>,
    /// `rpc`: the error's name. `timestamp`: `PERSISTENT_TIMESTAMP_OUTDATED` or
    /// `PERSISTENT_TIMESTAMP_INVALID`.
    #[schema(example = "FLOOD_WAIT_100")]
    pub(super) error_message: Option<String>,
    /// `rpc`, `lost`, `transport`, `garbage`: how many calls or connections; 1 if
    /// absent. `delay`: how many answers, `withhold`: how many updates, `too_long`,
    /// `timestamp`: how many calls; all until it is lifted if absent.
    pub(super) times: Option<u32>,
    /// Only this person's; not for `silence` and `refuse`.
    pub(super) person: Option<i64>,
    /// Only at this data centre. `drop` takes all of them if it is absent;
    /// `silence` and `refuse` need it.
    pub(super) dc: Option<i32>,
    /// `lost`: whether the connection breaks; true if absent.
    pub(super) cut: Option<bool>,
    /// `delay`: how long answers are held back at least, in milliseconds.
    pub(super) least_ms: Option<u64>,
    /// `delay`: how long at most, in milliseconds; as long as at least if absent.
    pub(super) most_ms: Option<u64>,
    /// `delay`, `withhold`: what chance follows from; 0 if absent.
    pub(super) seed: Option<u64>,
    /// `withhold`, `too_long`, `timestamp`: only of this channel or supergroup;
    /// `private` needs it.
    pub(super) channel: Option<i64>,
    /// `withhold`: every so many-th update, beginning with that one; every one if
    /// absent.
    pub(super) every: Option<u32>,
    /// `withhold`: so many of a hundred updates instead.
    pub(super) percent: Option<u32>,
}
