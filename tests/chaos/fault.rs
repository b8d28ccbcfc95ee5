//! The faults: a row for each.

use std::fmt;

use crate::phase::Phase;

/// Over which stores a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stores {
    PostgresAndRedis,
    SqliteAndRedis,
}

/// Whom a fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Part {
    /// The process of the node that drives the attempt.
    Node,
    /// The processes of all nodes.
    Nodes,
    /// That node's line to the database.
    DatabaseLine,
    /// That node's line to Redis.
    RedisLine,
    /// The database of all nodes.
    Database,
    /// Redis itself.
    Redis,
    /// The lines to the data centre that the attempt talks to.
    DataCentre,
    /// What Telegram answers.
    Telegram,
}

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Fault {
    NodeKilled,
    NodeStopped,
    NodesRolled,
    NodeFrozen,
    NodeFrozenLong,
    DatabaseLineCut,
    DatabaseLineStalled,
    DatabaseLineSlow,
    DatabaseLineForgotten,
    RedisLineCut,
    RedisLineStalled,
    RedisLineRefused,
    RedisLineForgotten,
    DatabaseTerminates,
    DatabaseCrashes,
    DatabaseStalled,
    DatabaseLocked,
    DiskFull,
    RedisEmptied,
    RedisRestarted,
    RedisFrozen,
    DcCut,
    DcSilent,
    DcRefuses,
    DcForgotten,
    DcSlow,
    AnswerLost,
    AnswerLostQuietly,
    AnswersLate,
    Flood,
    ServerError,
    KeyUnknown,
    TransportFlood,
    Garbage,
}

/// What there is to know of a fault.
pub(crate) struct Row {
    pub(crate) fault: Fault,
    pub(crate) name: &'static str,
    pub(crate) part: Part,
    /// Where it can happen; `None`: over any stores.
    pub(crate) only: Option<Stores>,
    /// How long it lasts, in milliseconds: least and most.
    pub(crate) lasts: (u64, u64),
}

const fn row(fault: Fault, name: &'static str, part: Part, lasts: (u64, u64)) -> Row {
    Row {
        fault,
        name,
        part,
        only: None,
        lasts,
    }
}

const fn postgres(fault: Fault, name: &'static str, part: Part, lasts: (u64, u64)) -> Row {
    Row {
        only: Some(Stores::PostgresAndRedis),
        ..row(fault, name, part, lasts)
    }
}

const fn sqlite(fault: Fault, name: &'static str, part: Part, lasts: (u64, u64)) -> Row {
    Row {
        only: Some(Stores::SqliteAndRedis),
        ..row(fault, name, part, lasts)
    }
}

/// All faults.
pub(crate) const FAULTS: [Row; 34] = [
    row(Fault::NodeKilled, "node killed", Part::Node, (0, 3_000)),
    row(Fault::NodeStopped, "node stopped", Part::Node, (0, 1_500)),
    row(
        Fault::NodesRolled,
        "all nodes restarted in turn",
        Part::Nodes,
        (0, 500),
    ),
    row(Fault::NodeFrozen, "node frozen", Part::Node, (500, 6_000)),
    row(
        Fault::NodeFrozenLong,
        "node frozen beyond its leases",
        Part::Node,
        (16_500, 21_000),
    ),
    postgres(
        Fault::DatabaseLineCut,
        "a node's database cut",
        Part::DatabaseLine,
        (0, 0),
    ),
    postgres(
        Fault::DatabaseLineStalled,
        "a node's database stalled",
        Part::DatabaseLine,
        (1_000, 9_000),
    ),
    postgres(
        Fault::DatabaseLineSlow,
        "a node's database slow",
        Part::DatabaseLine,
        (2_000, 8_000),
    ),
    postgres(
        Fault::DatabaseLineForgotten,
        "a node's database half-open",
        Part::DatabaseLine,
        (0, 0),
    ),
    row(
        Fault::RedisLineCut,
        "a node's Redis cut",
        Part::RedisLine,
        (0, 0),
    ),
    row(
        Fault::RedisLineStalled,
        "a node's Redis stalled",
        Part::RedisLine,
        (1_000, 9_000),
    ),
    row(
        Fault::RedisLineRefused,
        "a node's Redis refused",
        Part::RedisLine,
        (1_000, 18_000),
    ),
    row(
        Fault::RedisLineForgotten,
        "a node's Redis half-open",
        Part::RedisLine,
        (0, 0),
    ),
    postgres(
        Fault::DatabaseTerminates,
        "database ends connections",
        Part::Database,
        (0, 0),
    ),
    postgres(
        Fault::DatabaseCrashes,
        "database crashes",
        Part::Database,
        (0, 6_000),
    ),
    postgres(
        Fault::DatabaseStalled,
        "database stalled",
        Part::Database,
        (1_000, 8_000),
    ),
    sqlite(
        Fault::DatabaseLocked,
        "database locked",
        Part::Database,
        (1_000, 8_000),
    ),
    row(Fault::DiskFull, "disk full", Part::Database, (1_000, 6_000)),
    row(Fault::RedisEmptied, "Redis emptied", Part::Redis, (0, 0)),
    row(
        Fault::RedisRestarted,
        "Redis restarted",
        Part::Redis,
        (200, 8_000),
    ),
    row(
        Fault::RedisFrozen,
        "Redis frozen",
        Part::Redis,
        (1_000, 6_000),
    ),
    row(Fault::DcCut, "data centre cuts", Part::DataCentre, (0, 0)),
    row(
        Fault::DcSilent,
        "data centre silent",
        Part::DataCentre,
        (1_000, 12_000),
    ),
    row(
        Fault::DcRefuses,
        "data centre refuses",
        Part::DataCentre,
        (500, 8_000),
    ),
    row(
        Fault::DcForgotten,
        "data centre half-open",
        Part::DataCentre,
        (0, 0),
    ),
    row(
        Fault::DcSlow,
        "data centre slow",
        Part::DataCentre,
        (2_000, 8_000),
    ),
    row(Fault::AnswerLost, "answer lost", Part::Telegram, (0, 0)),
    row(
        Fault::AnswerLostQuietly,
        "answer lost, the line stays",
        Part::Telegram,
        (0, 0),
    ),
    row(Fault::AnswersLate, "answers late", Part::Telegram, (0, 0)),
    row(Fault::Flood, "flood wait", Part::Telegram, (0, 0)),
    row(Fault::ServerError, "server error", Part::Telegram, (0, 0)),
    row(Fault::KeyUnknown, "transport -404", Part::Telegram, (0, 0)),
    row(
        Fault::TransportFlood,
        "transport -429",
        Part::Telegram,
        (0, 0),
    ),
    row(Fault::Garbage, "transport garbage", Part::Telegram, (0, 0)),
];

impl Fault {
    /// Those that can happen over these stores.
    pub(crate) fn over(stores: Stores) -> Vec<Self> {
        let rows = FAULTS.iter();
        let here = rows.filter(|row| row.only.is_none_or(|only| only == stores));
        here.map(|row| row.fault).collect()
    }

    /// The one with this name.
    pub(crate) fn named(stores: Stores, name: &str) -> Self {
        let here = Self::over(stores);
        let fault = here.into_iter().find(|fault| fault.row().name == name);
        fault.expect("there is such a fault over these stores")
    }

    /// What there is to know of it.
    pub(crate) fn row(self) -> &'static Row {
        let row = FAULTS.iter().find(|row| row.fault == self);
        row.expect("each fault has its row")
    }

    /// What the sandbox is told, once the attempt is in a phase.
    pub(crate) fn order(self, phase: Phase, dc: i32) -> Option<serde_json::Value> {
        let method = phase.method();
        let rpc = |code: i32, message: &str, times: u32| {
            Some(serde_json::json!({
                "kind": "rpc", "method": method, "error_code": code,
                "error_message": message, "times": times,
            }))
        };
        let transport = |code: i32| {
            Some(serde_json::json!({
                "kind": "transport", "error_code": code, "dc": dc, "times": 2,
            }))
        };
        match self {
            Self::AnswerLost => Some(serde_json::json!({ "kind": "lost", "method": method })),
            Self::AnswerLostQuietly => Some(serde_json::json!({
                "kind": "lost", "method": method, "cut": false,
            })),
            Self::AnswersLate => Some(serde_json::json!({
                "kind": "delay", "method": "*", "dc": dc,
                "least_ms": 500, "most_ms": 5_000, "times": 10, "seed": 7,
            })),
            Self::Flood => rpc(420, "FLOOD_WAIT_3", 2),
            Self::ServerError => rpc(500, "RPC_CALL_FAIL", 2),
            Self::KeyUnknown => transport(-404),
            Self::TransportFlood => transport(-429),
            Self::Garbage => Some(serde_json::json!({ "kind": "garbage", "dc": dc, "times": 2 })),
            _ => None,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.row().name)
    }
}

#[test]
fn each_fault_has_one_row_and_one_name() {
    let mut faults: Vec<_> = FAULTS.iter().map(|row| row.fault).collect();
    let mut names: Vec<_> = FAULTS.iter().map(|row| row.name).collect();
    faults.sort_unstable();
    faults.dedup();
    names.sort_unstable();
    names.dedup();
    assert_eq!((faults.len(), names.len()), (FAULTS.len(), FAULTS.len()));
}

#[test]
fn what_telegram_answers_is_ordered_from_the_sandbox() {
    for row in &FAULTS {
        let ordered = row.fault.order(Phase::Pending, 1).is_some();
        assert_eq!(ordered, row.part == Part::Telegram, "{}", row.name);
    }
}
