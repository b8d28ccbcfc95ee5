//! Why something that an operator wanted was done or not.

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// Why something that an operator wanted was done or not.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum OperatorReason {
            $($(#[$doc])* $name,)*
        }

        impl OperatorReason {
            /// Every reason there is.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The text in the audit; never changed.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

reasons! {
    /// They asked for it in the chat.
    AskedInChat = "asked in the chat",
    /// They opened the link, saw what it opens, and said yes.
    LinkRedeemed = "by a link from the chat",
    /// They stand in no configuration.
    NoOperator = "no operator",
    /// They asked for too many links.
    TooMany = "too many links",
    /// The link was never given out.
    LinkUnknown = "unknown link",
    /// The link was too old.
    LinkExpired = "link expired",
    /// The link was used, rejected or replaced before.
    LinkEnded = "link used before",
    /// Another browser had opened the link first.
    LinkElsewhere = "link of another browser",
    /// Whoever opened the link said that it is not theirs.
    LinkRejected = "not me",
    /// They signed out.
    SignedOut = "signed out",
    /// An operator ended it.
    Revoked = "revoked",
    /// They stand in the configuration no more.
    Removed = "taken out of the configuration",
    /// The session was over.
    SessionOver = "session over",
    /// Another site's page sent it.
    CrossSite = "from another site",
    /// It did not carry the token of the session's pages.
    NoToken = "without the page's token",
    /// Their role may not.
    NotAllowed = "not allowed",
    /// It is another tenant's.
    OtherTenant = "another tenant's",
    /// It was not confirmed in the chat.
    NotConfirmed = "not confirmed",
    /// It was confirmed in the chat.
    Confirmed = "confirmed in the chat",
    /// It was declined in the chat.
    Declined = "declined in the chat",
}

impl OperatorReason {
    /// The reason with this text.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|it| it.as_str() == text)
    }
}
