//! What the stand-in does with a request.

use std::time::Duration;

/// What the stand-in does with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Behaviour {
    /// It answers, with the first words of each post as its tags.
    Answer,
    /// The model says this.
    Say(String),
    /// It answers with this status and body.
    Status(u16, String),
    /// It wants to be asked later: 429, with this `Retry-After` if there is one.
    Limit(Option<String>),
    /// It cannot now: 503, with this `Retry-After`.
    Busy(String),
    /// It leads elsewhere.
    Redirect(String),
    /// It reads the request, and says nothing.
    Silence,
    /// It says half of the answer, then nothing more.
    SilenceHalfWay,
    /// It says the answer a byte at a time, with so long between.
    Drip(Duration),
    /// It closes the connection half-way through the answer.
    HangUp,
    /// It closes the connection after the answer, which does not say so.
    AnswerAndClose,
    /// It stops reading in the middle of the request.
    StopReading,
}
