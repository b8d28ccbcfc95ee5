//! What goes wrong between here and the service.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use hyper::StatusCode;
use sesame_domain::ports::TaggerError;

/// A phase that has a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Looking the name up, connecting, and TLS.
    Connect,
    /// Waiting for a piece of the answer.
    Read,
    /// Waiting for the other side to take a piece of the request.
    Write,
    /// Waiting for one of the connections.
    Pool,
    /// The whole question.
    Whole,
}

impl Phase {
    /// As it is counted.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Read => "read",
            Self::Write => "write",
            Self::Pool => "pool",
            Self::Whole => "whole",
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Connect => "connecting",
            Self::Read => "waiting for the answer",
            Self::Write => "sending the request",
            Self::Pool => "waiting for a connection",
            Self::Whole => "the whole question",
        })
    }
}

/// Why a request came to nothing. It says nothing of what was sent or answered.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// A time was up.
    #[error("{0} took too long")]
    TimedOut(Phase),
    /// There is no connection.
    #[error("no connection to the tagger's service")]
    NotConnected(#[source] io::Error),
    /// Its name leads into the own network, and is not allowed to.
    #[error("{0} leads into the own network, and is not allowed by name")]
    OwnNetwork(String),
    /// The connection broke, or what came over it is not HTTP.
    #[error("the connection to the tagger's service broke")]
    Broken(#[source] hyper::Error),
    /// It answered that it cannot now.
    #[error("the tagger's service answered {0}")]
    Status(StatusCode),
    /// Its answer is too long to be one.
    #[error("the answer of the tagger's service is too long")]
    TooLong,
}

impl Fault {
    /// Whether it was the connection that failed: the question may not have got there.
    pub(super) fn is_of_the_connection(&self) -> bool {
        matches!(
            self,
            Self::NotConnected(_) | Self::Broken(_) | Self::TimedOut(Phase::Connect)
        )
    }

    /// Whether asking again at once may help.
    pub(super) fn is_worth_a_retry(&self) -> bool {
        !matches!(self, Self::OwnNetwork(_) | Self::TooLong)
    }

    /// Whether it speaks against the service, and not of this side alone.
    pub(super) fn is_the_services(&self) -> bool {
        !matches!(self, Self::TimedOut(Phase::Pool))
    }
}

/// Why a question has no answer; all posts of it share that.
#[derive(Clone, Debug)]
pub(super) enum Failure {
    Fault(Arc<Fault>),
    Later(Duration),
    /// It does not take this; of several posts, one may be why.
    RefusedPosts(String),
    /// It does not take anything so.
    Refused(String),
    Invalid(&'static str),
}

impl Failure {
    /// Whether one of several posts may have spoilt it for the others.
    pub(super) fn may_be_of_one_post(&self) -> bool {
        matches!(self, Self::RefusedPosts(_) | Self::Invalid(_))
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::TooLong => Self::Invalid("it is too long"),
            fault => Self::Fault(Arc::new(fault)),
        }
    }
}

impl From<Failure> for TaggerError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Fault(fault) => Self::Unavailable(Box::new(fault)),
            Failure::Later(wait) => Self::Later(wait),
            Failure::RefusedPosts(why) | Failure::Refused(why) => Self::Refused(why),
            Failure::Invalid(why) => Self::Invalid(why.to_owned()),
        }
    }
}

/// What went wrong, if this tagger's service could not be reached.
pub fn fault_of(error: &TaggerError) -> Option<&Fault> {
    match error {
        TaggerError::Unavailable(source) => source.downcast_ref::<Arc<Fault>>().map(AsRef::as_ref),
        _ => None,
    }
}
