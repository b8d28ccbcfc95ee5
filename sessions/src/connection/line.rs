//! The connection to one data centre.

use std::sync::Arc;

use grammers_mtproto::{mtp, transport};
use grammers_mtsender::{
    InvocationError, ReadError, Sender, ServerAddr, connect, connect_with_auth,
};
use grammers_session::Session as _;
use grammers_session::updates::UpdatesLike;
use tokio::sync::{mpsc, oneshot};

use crate::session::{KeyRefused, UserSession};

use super::introduction::{Introduction, note_addresses};
use super::order::{Answered, Call, breaks};

type Wire = Sender<transport::Full, mtp::Encrypted>;

/// The connection to one data centre: made when a call needs it, and again
/// when one needs it after it broke. One call is waited for at a time; what
/// Telegram says by itself meanwhile, the library drops. Whoever listens asks
/// now and then anyway.
pub(super) struct Line {
    pub(super) dc: i32,
    pub(super) session: Arc<UserSession>,
    pub(super) introduction: Arc<Introduction>,
    pub(super) calls: mpsc::UnboundedReceiver<Call>,
    pub(super) updates: mpsc::Sender<Box<UpdatesLike>>,
}

impl Line {
    /// Makes the calls, and passes on what Telegram says by itself, until no
    /// one can call any more.
    pub(super) async fn run(mut self) {
        while let Some(mut call) = self.calls.recv().await {
            let connected = tokio::select! {
                biased;
                // Its time is over, or who asked is gone.
                () = call.answer.closed() => continue,
                connected = self.connect() => connected,
            };
            match connected {
                Ok(wire) => self.serve(wire, call).await,
                Err(error) => answer(call.answer, Err(error)),
            }
        }
    }

    async fn serve(&mut self, mut wire: Wire, first: Call) {
        let is_home = self.dc == self.session.home();
        let mut next = Some(first);
        loop {
            let broke = if let Some(call) = next.take() {
                make(&mut wire, call).await
            } else {
                tokio::select! {
                    biased;
                    call = self.calls.recv() => {
                        if call.is_none() {
                            return;
                        }
                        next = call;
                        false
                    }
                    heard = wire.step() => self.pass_on(heard),
                }
            };
            if broke {
                if is_home {
                    self.tell(UpdatesLike::ConnectionClosed);
                }
                return;
            }
        }
    }

    /// Passes on what was heard; `true`: the connection broke.
    fn pass_on(&self, heard: Result<Vec<UpdatesLike>, ReadError>) -> bool {
        let Ok(updates) = heard else { return true };
        for update in updates {
            self.tell(update);
        }
        false
    }

    /// One that finds no room is lost: who listens asks Telegram now and then.
    fn tell(&self, update: UpdatesLike) {
        if self.updates.try_send(Box::new(update)).is_err() {
            tracing::debug!(dc = self.dc, "an update was not listened to");
        }
    }

    async fn connect(&self) -> Result<Wire, InvocationError> {
        let option = self.session.dc_option(self.dc).map_err(refused)?;
        let mut option = option.ok_or(InvocationError::InvalidDc)?;
        let address = ServerAddr::Tcp {
            address: option.ipv4.into(),
        };
        let transport = transport::Full::new();
        let mut wire = match option.auth_key {
            Some(key) => connect_with_auth(transport, address, key).await?,
            None => connect(transport, address).await?,
        };
        let config = wire.invoke(self.introduction.as_ref()).await?;
        note_addresses(&self.session, &config)
            .await
            .map_err(refused)?;
        option = self
            .session
            .dc_option(self.dc)
            .map_err(refused)?
            .unwrap_or(option);
        option.auth_key = Some(wire.auth_key());
        self.session.set_dc_option(&option).await.map_err(refused)?;
        Ok(wire)
    }
}

fn refused(error: KeyRefused) -> InvocationError {
    InvocationError::Session(Box::new(error))
}

/// Makes a call; `true`: the connection broke. When who asked goes (a job is cancelled),
/// the next one does not wait for an answer that no one waits for: the library drops it
/// when it comes.
async fn make(wire: &mut Wire, call: Call) -> bool {
    let Call {
        body,
        answer: mut asker,
    } = call;
    let answered = tokio::select! {
        biased;
        () = asker.closed() => return false,
        answered = wire.invoke(&body) => answered,
    };
    let broke = answered.as_ref().is_err_and(breaks);
    answer(asker, answered.map_err(cut));
    broke
}

/// Of a connection over which the data centre answered before: that it was cut
/// does not say that the data centre would not answer over another one.
fn cut(error: InvocationError) -> InvocationError {
    match error {
        InvocationError::Io(_) => InvocationError::Dropped("the connection was cut"),
        error => error,
    }
}

fn answer(asker: oneshot::Sender<Answered>, answered: Answered) {
    // Who asked may be gone.
    let _ = asker.send(answered);
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn a_connection_that_was_cut_is_told_from_one_that_could_not_be_made() {
        let reset = io::Error::from(io::ErrorKind::ConnectionReset);
        assert!(matches!(cut(reset.into()), InvocationError::Dropped(_)));
        // What the data centre says by itself stays what it is.
        let no_dc = cut(InvocationError::InvalidDc);
        assert!(matches!(no_dc, InvocationError::InvalidDc));
    }
}
