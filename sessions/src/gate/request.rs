//! The requests that Sesame makes, and what the gate has to know of each.
//!
//! There is no default: a request that is not listed here cannot be made.

use grammers_tl_types::{Identifiable, RemoteCall, functions};

/// Whether a call may be sent again although it may have been carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// Twice is as good as once.
    Safe,
    /// Never: the second one would do something else than the first, or use
    /// something up. If its answer is lost, whoever made it finds out what
    /// became of it ([`super::TelegramError::Unanswered`]).
    Never,
}

/// Whose calls of a method Telegram counts together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Counting {
    /// Those of an account.
    PerAccount,
    /// It does not say, since no account is known yet: those of who began the
    /// login, of an address, or of everyone who uses `API_ID`.
    PerApplication,
}

/// A request.
pub(crate) trait Request: RemoteCall + Identifiable {
    /// Whether it may be sent again.
    const REPEAT: Repeat;
    /// Whose calls of it are counted together.
    const COUNTING: Counting;
    /// What is called: the request itself, unless it is a wrapper.
    const METHOD: u32 = Self::CONSTRUCTOR_ID;
    /// Whether it is made inside of an export, where Telegram counts by itself.
    const IS_INSIDE: bool = false;
}

macro_rules! requests {
    ($($repeat:ident $counting:ident $space:ident::$name:ident;)*) => {
        $(
            impl Request for functions::$space::$name {
                const REPEAT: Repeat = Repeat::$repeat;
                const COUNTING: Counting = Counting::$counting;
            }
        )*
    };
}

requests! {
    // One that is over is fine as it is.
    Safe PerAccount account::FinishTakeoutSession;
    Safe PerAccount account::GetAuthorizations;
    Safe PerAccount account::GetPassword;
    // The one before is over then.
    Never PerAccount account::InitTakeoutSession;
    Safe PerAccount auth::CancelCode;
    Never PerAccount auth::CheckPassword;
    Safe PerAccount auth::ExportAuthorization;
    Safe PerApplication auth::ExportLoginToken;
    // What was exported is good for one import.
    Never PerAccount auth::ImportAuthorization;
    Never PerAccount auth::ImportLoginToken;
    Safe PerAccount auth::LogOut;
    // The code that came before is void then, and few are sent a day.
    Never PerApplication auth::ResendCode;
    Never PerApplication auth::SendCode;
    Never PerAccount auth::SignIn;
    Safe PerAccount channels::GetFullChannel;
    Safe PerAccount channels::GetMessages;
    Safe PerAccount contacts::ResolveUsername;
    Safe PerAccount help::GetAppConfig;
    Safe PerAccount help::GetConfig;
    Safe PerAccount help::GetCountriesList;
    Safe PerAccount messages::GetCustomEmojiDocuments;
    Safe PerAccount messages::GetDialogs;
    Safe PerAccount messages::GetHistory;
    Safe PerAccount messages::GetMessages;
    Safe PerAccount messages::GetPeerDialogs;
    Safe PerAccount messages::GetPinnedDialogs;
    Safe PerAccount messages::GetRichMessage;
    Safe PerAccount messages::GetSearchCounters;
    Safe PerAccount messages::GetSplitRanges;
    Safe PerAccount messages::Search;
    Safe PerAccount updates::GetChannelDifference;
    Safe PerAccount updates::GetState;
    Safe PerAccount upload::GetFile;
    Safe PerAccount users::GetUsers;
}

// What Sesame does not call yet, so that whoever does need not find out.
requests! {
    Never PerAccount auth::AcceptLoginToken;
    Never PerAccount messages::SendMessage;
    Never PerAccount messages::SendMedia;
    Never PerAccount messages::ForwardMessages;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repeat<R: Request>() -> Repeat {
        R::REPEAT
    }

    #[test]
    fn what_uses_something_up_is_never_sent_twice() {
        use functions::{auth, messages};
        let once = [
            repeat::<auth::CheckPassword>(),
            repeat::<auth::ImportLoginToken>(),
            repeat::<auth::AcceptLoginToken>(),
            repeat::<auth::SendCode>(),
            repeat::<auth::SignIn>(),
            repeat::<messages::SendMessage>(),
        ];
        assert!(once.iter().all(|repeat| *repeat == Repeat::Never));
        assert_eq!(repeat::<functions::users::GetUsers>(), Repeat::Safe);
    }
}
