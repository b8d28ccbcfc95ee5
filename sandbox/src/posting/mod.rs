//! Channels that post by themselves: turn by turn from a list, every so many seconds.
//! What a list brings follows from the list and the number of the turn alone.

mod formats;
mod kept;
mod run;
mod schedule;
mod schedules;
mod taking;
mod turn;
mod variation;

pub(crate) use kept::KeptChannel;
pub(crate) use run::{carry_out, run};
pub(crate) use schedule::Schedule;
pub(crate) use schedules::{Scheduled, Schedules};
pub(crate) use taking::{Taking, check, take};
pub(crate) use turn::Turn;
