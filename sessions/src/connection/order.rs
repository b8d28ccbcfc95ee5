//! What is wanted of a session's connections.

use grammers_mtsender::InvocationError;
use grammers_tl_types as tl;
use tokio::sync::oneshot;

/// What is wanted of a session's connections.
pub(super) enum Order {
    /// A call.
    Call {
        /// To which data centre.
        dc: i32,
        /// What, and for whom.
        call: Call,
    },
    /// Closing the connection to a data centre.
    Leave(i32),
    /// Closing all.
    Quit,
}

/// A call, as it is sent.
pub(super) struct Call {
    /// The request.
    pub(super) body: Body,
    /// Who waits for the answer.
    pub(super) answer: oneshot::Sender<Answered>,
}

/// What became of a call.
pub(super) type Answered = Result<Body, InvocationError>;

/// A request or an answer, as it goes over the line.
pub(super) struct Body(pub(super) Vec<u8>);

impl tl::Serializable for Body {
    fn serialize(&self, buffer: &mut impl Extend<u8>) {
        buffer.extend(self.0.iter().copied());
    }
}

impl tl::Deserializable for Body {
    fn deserialize(buffer: &mut tl::Cursor<'_>) -> tl::deserialize::Result<Self> {
        let mut body = Vec::new();
        buffer.read_to_end(&mut body)?;
        Ok(Self(body))
    }
}

impl tl::RemoteCall for Body {
    type Return = Self;
}

/// Whether a connection is of no use after this.
pub(super) fn breaks(error: &InvocationError) -> bool {
    !matches!(error, InvocationError::Rpc(_))
}

/// What is not sent because the lease may have lapsed.
pub(super) fn lapsed() -> InvocationError {
    InvocationError::Dropped("the lease may have lapsed")
}
