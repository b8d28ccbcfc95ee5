//! A live session that is read with.

use grammers_tl_types::{self as tl, Serializable, enums};
use sesame_domain::account::{Account, Health, Sign};
use sesame_domain::audit::AccessPurpose;
use sesame_domain::reading::ReadError;
use sesame_domain::session::SessionClaim;
use sesame_domain::session::peer::PeerId;
use sesame_domain::time::Timestamp;

use crate::gate::{CallPolicy, InTakeout, Request, TelegramError};
use crate::pool::{Live, Pool};

use super::Reader;
use super::error::meaning;
use super::open_takeout::{OpenTakeout, Range};
use super::peers::{self, Mentioned};

/// A live session that is read with.
pub(super) struct Reading<'a> {
    pool: &'a Pool,
    account: &'a Account,
    live: Live,
    policy: CallPolicy,
    takeout: Option<&'a OpenTakeout>,
}

impl<'a> Reading<'a> {
    /// Opens an account's session, if it is not open, to read this.
    pub(super) async fn open(
        reader: &'a Reader,
        account: &'a Account,
        purpose: &AccessPurpose,
        policy: CallPolicy,
    ) -> Result<Self, ReadError> {
        if let Health::Dead { cause, .. } = account.health {
            return Err(ReadError::SessionDead(cause));
        }
        let pool = &*reader.pool;
        Ok(Self {
            live: pool.live(account, purpose).await?,
            pool,
            account,
            policy,
            takeout: reader.takeout.as_deref(),
        })
    }

    /// Asks Telegram in the session's home data centre.
    pub(super) async fn call<R: Request>(&self, request: &R) -> Result<R::Return, ReadError> {
        self.call_of(None, request).await
    }

    /// The same, about messages of this range alone.
    pub(super) async fn call_of<R: Request>(
        &self,
        range: Option<Range>,
        request: &R,
    ) -> Result<R::Return, ReadError> {
        self.wrapped_in(self.home(), range, request)
            .await
            .map_err(|error| self.at_home(error))
    }

    /// Asks a data centre.
    pub(super) async fn call_in<R: Request>(
        &self,
        dc: i32,
        request: &R,
    ) -> Result<R::Return, TelegramError> {
        self.wrapped_in(dc, None, request).await
    }

    /// Asks a data centre, inside of the export that is read in.
    async fn wrapped_in<R: Request>(
        &self,
        dc: i32,
        range: Option<Range>,
        request: &R,
    ) -> Result<R::Return, TelegramError> {
        match self.takeout {
            Some(takeout) => {
                let wrapped = InTakeout {
                    takeout: takeout.id,
                    range,
                    query: request,
                };
                self.bare_in(dc, &wrapped).await
            }
            None => self.bare_in(dc, request).await,
        }
    }

    /// Asks a data centre, inside of no export: who is signed in there is no one's data.
    pub(super) async fn bare_in<R: Request>(
        &self,
        dc: i32,
        request: &R,
    ) -> Result<R::Return, TelegramError> {
        let caller = self.live.caller();
        let gate = &self.pool.node.gate;
        gate.call_in(caller, dc, request, self.policy).await
    }

    /// What an error at home means. If the session seems lost, or the account
    /// frozen, it is looked at soon, though no one asks.
    pub(super) fn at_home(&self, error: TelegramError) -> ReadError {
        let tells = matches!(error.sign(), Sign::Dead(_) | Sign::Frozen);
        if tells || error == TelegramError::KeyRefused {
            self.pool.doubt(self.account);
        }
        meaning(error)
    }

    /// The export that is read in.
    pub(super) fn takeout(&self) -> Option<&'a OpenTakeout> {
        self.takeout
    }

    /// The session's home data centre.
    pub(super) fn home(&self) -> i32 {
        self.live.caller().home()
    }

    /// The claim under which the session is open.
    pub(super) fn claim(&self) -> SessionClaim {
        self.live.claim()
    }

    /// The account's own id.
    pub(super) fn me(&self) -> i64 {
        self.account.owner.person.0
    }

    /// Remembers whom an answer mentions.
    pub(super) fn meet(&self, users: &[enums::User], chats: &[enums::Chat]) -> Mentioned {
        let mentioned = Mentioned::of(users, chats);
        self.live.caller().session().meet(&mentioned.peers);
        mentioned
    }

    /// How to name a peer to Telegram.
    pub(super) fn input(&self, id: PeerId) -> Result<enums::InputPeer, ReadError> {
        let known = self.live.caller().session().known(id);
        let hash = known.and_then(|peer| peer.access_hash);
        peers::input(id, hash, self.me()).ok_or(ReadError::PeerUnknown)
    }

    /// How to name a channel to Telegram.
    pub(super) fn input_channel(&self, id: i64) -> Result<enums::InputChannel, ReadError> {
        match self.input(PeerId::Channel(id))? {
            enums::InputPeer::Channel(channel) => {
                Ok(enums::InputChannel::Channel(tl::types::InputChannel {
                    channel_id: channel.channel_id,
                    access_hash: channel.access_hash,
                }))
            }
            _ => Err(ReadError::PeerUnknown),
        }
    }
}

/// What the schema calls a value.
pub(super) fn schema_name(value: &impl Serializable) -> &'static str {
    let bytes = value.to_bytes();
    let id = bytes.first_chunk().copied().map(u32::from_le_bytes);
    tl::name_for_id(id.unwrap_or_default())
}

/// How many of something there are.
pub(super) fn count(number: i32) -> u32 {
    number.try_into().unwrap_or(0)
}

/// A moment that Telegram gives in seconds since 1970.
pub(super) fn at(seconds: i32) -> Timestamp {
    Timestamp::from_timestamp(seconds.into(), 0).unwrap_or_default()
}
