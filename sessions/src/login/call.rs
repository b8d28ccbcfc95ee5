//! The one call that a login wants next.

use sesame_domain::login::{
    Asking, CodeSent, Finishing, MigrationToken, Proving, QrAsking, Question, State,
};

/// The one call that a login wants next; a newer intent replaces an older one.
pub(super) enum Call {
    /// One of the login's way.
    Way(WayCall),
    /// Whether the password that is asked for was removed.
    LookForPassword,
    CheckAnswer,
    Identify,
    Link,
}

/// The calls of the ways to sign in. Another way is another variant.
pub(super) enum WayCall {
    Qr(QrCall),
    Phone(PhoneCall),
}

/// The calls of the way by phone number and code that answer nothing of the person's.
pub(super) enum PhoneCall {
    /// Let Telegram forget a code.
    Cancel(CodeSent),
    /// Whether Telegram lets us in now that the password is gone.
    WithoutPassword,
}

/// The calls of the way by QR code.
pub(super) enum QrCall {
    /// Ask for a token, or for what became of the last one.
    Export,
    /// Whether a driver before this one made the move to this data centre.
    Probe { dc: i32 },
    /// Agree on a key with the data centre that the login moves to.
    PrepareMove { dc: i32, token: MigrationToken },
    /// Show the token there.
    Import { dc: i32, token: MigrationToken },
    /// Whether Telegram lets us in now that the password is gone.
    WithoutPassword,
}

impl From<QrCall> for Call {
    fn from(call: QrCall) -> Self {
        Self::Way(WayCall::Qr(call))
    }
}

impl From<PhoneCall> for Call {
    fn from(call: PhoneCall) -> Self {
        Self::Way(WayCall::Phone(call))
    }
}

impl Call {
    /// Whether the login still wants it: it may have moved on while another
    /// call was under way.
    pub(super) fn fits(&self, state: &State) -> bool {
        match self {
            Self::Way(WayCall::Qr(call)) => call.fits(state),
            Self::Way(WayCall::Phone(_)) => !matches!(state, State::Ended { .. }),
            Self::LookForPassword => matches!(
                state,
                State::Proving(Proving::Required(Question::Password(_)))
            ),
            Self::CheckAnswer => matches!(state, State::Proving(Proving::Checking(_))),
            Self::Identify => matches!(
                state,
                State::Proving(Proving::Checking(_)) | State::Finishing(_)
            ),
            Self::Link => matches!(state, State::Finishing(Finishing::Linking { .. })),
        }
    }

    /// Whether it only asks again for what is shown: once is enough.
    pub(super) fn is_renewal(&self) -> bool {
        match self {
            Self::Way(WayCall::Qr(call)) => matches!(call, QrCall::Export),
            Self::Way(WayCall::Phone(_))
            | Self::LookForPassword
            | Self::CheckAnswer
            | Self::Identify
            | Self::Link => false,
        }
    }
}

impl QrCall {
    fn fits(&self, state: &State) -> bool {
        let asking = state.asking().and_then(Asking::qr);
        match self {
            Self::Export => matches!(
                asking,
                Some(QrAsking::Starting | QrAsking::Pending(_) | QrAsking::Scanned { .. })
            ),
            Self::Probe { dc } | Self::PrepareMove { dc, .. } | Self::Import { dc, .. } => {
                asking == Some(&QrAsking::Migrating { dc: *dc })
            }
            // Wherever a password was asked for, it may be found to be gone.
            Self::WithoutPassword => !matches!(state, State::Ended { .. }),
        }
    }
}
