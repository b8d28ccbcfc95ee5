//! Faults as they are shown.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::world::{
    AnswerFault, AnswerHarm, ChannelFault, ChannelHarm, Delay, Instead, RpcFault, TransportFault,
    Withheld,
};

/// What goes wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum FaultKind {
    /// The next calls of a method answer with an error.
    #[default]
    Rpc,
    /// All connections of a data centre, or of all, are cut, once.
    Drop,
    /// A data centre accepts and reads, but does not answer until the fault is lifted.
    Silence,
    /// A data centre turns connections away until the fault is lifted, and cuts
    /// those it has.
    Refuse,
    /// What is sent with a key gets a transport error, and the connection is closed.
    Transport,
    /// It gets the bytes of a web server instead.
    Garbage,
    /// Calls of a method are carried out, and their answers lost.
    Lost,
    /// Calls of a method are carried out, and their answers held back.
    Delay,
    /// Live updates of channels are not sent; `updates.getChannelDifference` has what
    /// they would have told.
    Withhold,
    /// `updates.getChannelDifference` is answered with
    /// `updates.channelDifferenceTooLong`.
    TooLong,
    /// `updates.getChannelDifference` is answered with `PERSISTENT_TIMESTAMP_OUTDATED`
    /// or `PERSISTENT_TIMESTAMP_INVALID`.
    Timestamp,
    /// Channels are private for someone, or for everyone: `CHANNEL_PRIVATE`, no live
    /// updates, not among the dialogs; until the fault is lifted.
    Private,
}

/// A fault that is set.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Fault {
    /// What names it; absent for what is over at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<i64>,
    /// What goes wrong.
    kind: FaultKind,
    /// The method.
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<String>,
    /// The error's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<i32>,
    /// The error's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<String>,
    /// How many calls are left.
    #[serde(skip_serializing_if = "Option::is_none")]
    times: Option<u32>,
    /// Only calls of this person.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<i64>,
    /// The data centre.
    #[serde(skip_serializing_if = "Option::is_none")]
    dc: Option<i32>,
    /// `lost`: whether the connection breaks.
    #[serde(skip_serializing_if = "Option::is_none")]
    cut: Option<bool>,
    /// `delay`: how long answers are held back at least, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    least_ms: Option<u64>,
    /// `delay`: how long at most, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    most_ms: Option<u64>,
    /// `delay`, `withhold`: what chance follows from.
    #[serde(skip_serializing_if = "Option::is_none")]
    seed: Option<u64>,
    /// `withhold`, `too_long`, `timestamp`, `private`: only of this channel.
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<i64>,
    /// `withhold`: every so many-th update.
    #[serde(skip_serializing_if = "Option::is_none")]
    every: Option<u32>,
    /// `withhold`: so many of a hundred updates.
    #[serde(skip_serializing_if = "Option::is_none")]
    percent: Option<u32>,
}

impl Fault {
    /// A fault of which no more is to be said.
    pub(super) fn of_line(kind: FaultKind, dc: Option<i32>, id: Option<i64>) -> Self {
        Self {
            id,
            kind,
            method: None,
            error_code: None,
            error_message: None,
            times: None,
            person: None,
            dc,
            cut: None,
            least_ms: None,
            most_ms: None,
            seed: None,
            channel: None,
            every: None,
            percent: None,
        }
    }

    /// The same, for one person.
    pub(super) fn of_person(self, person: i64) -> Self {
        Self {
            person: Some(person),
            ..self
        }
    }
}

impl From<&RpcFault> for Fault {
    fn from(fault: &RpcFault) -> Self {
        Self {
            method: Some(fault.method.clone()),
            error_code: Some(fault.error_code),
            error_message: Some(fault.error_message.clone()),
            times: Some(fault.left()),
            person: fault.person,
            ..Self::of_line(FaultKind::Rpc, fault.dc, Some(fault.id))
        }
    }
}

impl From<&TransportFault> for Fault {
    fn from(fault: &TransportFault) -> Self {
        let (kind, error_code) = match &fault.instead {
            Instead::Error(code) => (FaultKind::Transport, Some(*code)),
            Instead::Bytes(_) => (FaultKind::Garbage, None),
        };
        Self {
            error_code,
            times: Some(fault.left()),
            person: fault.person,
            ..Self::of_line(kind, fault.dc, Some(fault.id))
        }
    }
}

impl From<&AnswerFault> for Fault {
    fn from(fault: &AnswerFault) -> Self {
        let kind = match fault.harm {
            AnswerHarm::Late(_) => FaultKind::Delay,
            AnswerHarm::Lost | AnswerHarm::Cut => FaultKind::Lost,
        };
        let plain = Self {
            method: Some(fault.method.clone()),
            times: fault.left(),
            person: fault.person,
            ..Self::of_line(kind, fault.dc, Some(fault.id))
        };
        let (least, most, seed) = match fault.harm {
            AnswerHarm::Lost | AnswerHarm::Cut => {
                return Self {
                    cut: Some(fault.harm == AnswerHarm::Cut),
                    ..plain
                };
            }
            AnswerHarm::Late(Delay::Fixed(time)) => (time, time, None),
            AnswerHarm::Late(Delay::Random { least, most, seed }) => (least, most, Some(seed)),
        };
        let ms = |time: Duration| u64::try_from(time.as_millis()).ok();
        Self {
            least_ms: ms(least),
            most_ms: ms(most),
            seed,
            ..plain
        }
    }
}

impl From<&ChannelFault> for Fault {
    fn from(fault: &ChannelFault) -> Self {
        let of = |kind| Self {
            channel: fault.channel,
            person: fault.person,
            times: fault.left(),
            ..Self::of_line(kind, None, Some(fault.id))
        };
        match fault.harm {
            ChannelHarm::Withhold(Withheld::Every(every)) => Self {
                every: Some(every),
                ..of(FaultKind::Withhold)
            },
            ChannelHarm::Withhold(Withheld::Share { percent, seed }) => Self {
                percent: Some(percent),
                seed: Some(seed),
                ..of(FaultKind::Withhold)
            },
            ChannelHarm::TooLong => of(FaultKind::TooLong),
            ChannelHarm::Timestamp(trouble) => {
                let (code, name) = trouble.error();
                Self {
                    error_code: Some(code),
                    error_message: Some(name.to_owned()),
                    ..of(FaultKind::Timestamp)
                }
            }
            ChannelHarm::Private => of(FaultKind::Private),
        }
    }
}
