//! `sesame login`: links an account from the command line.
//!
//! The login is the same as one of the Mini App: the same service begins it, the same
//! driver carries it, under the same budget, and the same clean-up ends it.

mod conversation;
mod ending;
mod owner;
mod questions;
mod service_failure;

use std::convert::Infallible;
use std::future::pending;
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::{BoxFuture, Shared};
use secrecy::ExposeSecret as _;
use sesame_domain::ids::Owner;
use sesame_domain::login::{Ending, Failure as LoginFailure, Login, Method};
use sesame_domain::ports::{Accounts as _, Begin, Begun, LoginService, ServiceError};
use sesame_domain::reason::Reason;
use sesame_webapp::PhoneNumber;
use sesame_words::Language;
use tokio::time::{Instant, sleep, timeout};

use self::conversation::{Conversation, Talked};
use self::owner::owner;
use self::service_failure::{failed, phone_is_off};
use crate::args::LoginArgs;
use crate::asked::Asked;
use crate::config::{Layers, Settings};
use crate::failure::Failure;
use crate::node::{Runtime, TenantForCommand, storage};
use crate::signals::Signals;
use crate::{telemetry, terminal};

/// How long what is left of a login may take to be gone: as long as the last code that
/// was shown can be scanned, and a little.
const CLEAN_UP_WITHIN: Duration = Duration::from_secs(45);
/// Less than that is not worth a word.
const AT_ONCE: Duration = Duration::from_secs(2);
/// How long a former login of the same person may take to end: as long as a lease that
/// a process left behind when it was killed, and a little.
const FORMER_ENDS_WITHIN: Duration = Duration::from_secs(20);
const LOOK_EVERY: Duration = Duration::from_secs(1);

const GONE: &str = "nothing was linked, and nothing of the login is left at Telegram";
const LEFT: &str = "nothing was linked; what is left of the login at Telegram, `sesame serve` signs out when it runs";

/// What is wanted.
struct Wanted {
    owner: Owner,
    method: Method,
    number: Option<PhoneNumber>,
    again: bool,
}

/// Links the account of whoever sits before the terminal.
pub(crate) async fn login(
    layers: &Layers,
    args: LoginArgs,
    mut signals: Signals,
) -> Result<(), Failure> {
    if !terminal::is_attended() {
        return Err(Failure::Usage(
            "`sesame login` shows a code and asks questions: run it in a terminal (`ssh -t`, `docker exec -it`), with nothing of it in a pipe or a file"
                .to_owned(),
        ));
    }
    let settings = Settings::load(layers)?;
    telemetry::start_command_log(&settings.logs)?;
    let first = &settings.bot.tenant;
    let tenant = args.tenant.clone().unwrap_or_else(|| first.clone());
    if tenant == *first {
        check_method(args.method(), &settings)?;
    }
    let number = args
        .number()
        .map(|typed| read_number(typed.expose_secret()));
    let number = number.transpose()?;
    let operators = settings.operators.operators.as_ref();
    let owner = signals
        .unless_asked(owner(&args, operators, tenant))
        .await?;
    let Some(owner) = owner else {
        return Err(Failure::Stopped {
            asked: Asked::Interrupt,
            left: "nothing was begun",
        });
    };
    let wanted = Wanted {
        owner,
        method: args.method(),
        number,
        again: args.again,
    };
    let runtime = Box::pin(Runtime::for_command_with_sessions(&settings));
    let runtime = signals.unless_asked(runtime).await?;
    // From here on something may be left at Telegram.
    signals.stop_in_order();
    let done = tokio::select! {
        done = Box::pin(of_tenant(layers, &settings, &runtime, wanted, &mut signals)) => done,
        failure = runtime.lock_lost() => Err(failure),
    };
    runtime.close().await;
    terminal::say(&done?)
}

fn check_method(method: Method, settings: &Settings) -> Result<(), Failure> {
    if method == Method::Phone && !settings.login.phone_login {
        return Err(phone_is_off());
    }
    Ok(())
}

/// Who made a mistake reads what they wrote above: it is not repeated.
fn read_number(typed: &str) -> Result<PhoneNumber, Failure> {
    PhoneNumber::read(typed).ok_or_else(|| {
        let words = Language::ENGLISH.app();
        Failure::Usage(format!("--phone: {}", words.number_malformed()))
    })
}

/// For the tenant of the environment or for another one.
async fn of_tenant(
    layers: &Layers,
    settings: &Settings,
    runtime: &Runtime,
    wanted: Wanted,
    signals: &mut Signals,
) -> Result<String, Failure> {
    // What could not be sealed is not begun.
    runtime.core.custody.sealing().await?;
    if wanted.owner.tenant == settings.bot.tenant {
        return link(runtime, wanted, signals).await;
    }
    let opened = TenantForCommand::open(&wanted.owner.tenant, layers, settings, runtime);
    let other = opened.await?;
    let done = match check_method(wanted.method, &other.settings) {
        Ok(()) => link(&other.runtime, wanted, signals).await,
        Err(failure) => Err(failure),
    };
    other.runtime.stop_work().await;
    done
}

/// Links an account; what is said of it.
async fn link(runtime: &Runtime, wanted: Wanted, signals: &mut Signals) -> Result<String, Failure> {
    let service = runtime.sessions.login_service();
    let accounts = runtime.core.database.accounts();
    let former = accounts.of(&wanted.owner).await;
    let former = former.map_err(storage::unreadable)?;
    let is_replaced = former.is_some_and(|it| it.health.is_alive());
    let login = begin(service.as_ref(), &wanted).await?;
    if login.is_over() {
        let known =
            "It was linked already, and works: nothing was changed (`--again` links it anew).";
        return told(runtime, &login).await.map(|said| {
            // The words for who has just linked it are too much.
            let name = said.lines().next().unwrap_or_default();
            format!("{name}\n{known}")
        });
    }
    let device = &login.device;
    terminal::say(&format!(
        "Telegram will show this sign-in as “{}” of the application “{}”, under Settings > Devices. It links the account of {}, and no other.",
        device.model, device.app_name, login.owner.person
    ))?;
    // Polled beside the talk and after it.
    let attending: Attending<'_> = runtime.sessions.attend(login.id).boxed().shared();
    let beside = attending.clone().then(|()| pending::<Infallible>());
    let talk = Conversation::about(
        login.clone(),
        service.as_ref(),
        runtime.core.vault.as_ref(),
        runtime.core.clock.clone(),
        wanted.number,
    );
    let talked = tokio::select! {
        talked = Box::pin(talk.talk()) => talked,
        never = beside => match never {},
        asked = signals.asked() => {
            return stop(runtime, service.as_ref(), &login, attending, asked).await;
        }
    };
    match talked {
        Ok(Talked::Over(login)) => {
            let said = told(runtime, &login).await;
            if let Err(failure) = &said {
                wait(attending, &login, failure, signals).await?;
            }
            said.map(|said| with_former(said, is_replaced))
        }
        Ok(Talked::Interrupted) => {
            let asked = Asked::Interrupt;
            stop(runtime, service.as_ref(), &login, attending, asked).await
        }
        Err(failure) => {
            if let Err(error) = service.cancel(&login.owner, login.id).await {
                tracing::warn!(error = %Reason::of(&error), login.id = %login.id, "a login could not be cancelled");
            }
            if timeout(CLEAN_UP_WITHIN, attending).await.is_err() {
                terminal::warn(LEFT);
            }
            Err(failure)
        }
    }
}

/// What sees to it that the login has a driver, until nothing of it is left.
type Attending<'a> = Shared<BoxFuture<'a, ()>>;

/// Begins the login. One that the person began before ends.
async fn begin(service: &dyn LoginService, wanted: &Wanted) -> Result<Login, Failure> {
    let begin = Begin {
        anew: true,
        relink: wanted.again,
        method: Some(wanted.method),
    };
    let give_up = Instant::now() + FORMER_ENDS_WITHIN;
    loop {
        match service.begin(&wanted.owner, begin).await.map_err(failed)? {
            Begun::Created(login) => return Ok(login),
            Begun::Existing(login) if login.is_over() => return Ok(login),
            // A process that was killed may still have it, as far as others know.
            Begun::Existing(_) if Instant::now() < give_up => sleep(LOOK_EVERY).await,
            Begun::Existing(_) => return Err(failed(ServiceError::Busy)),
        }
    }
}

/// What is said of a login that is over.
async fn told(runtime: &Runtime, login: &Login) -> Result<String, Failure> {
    let account = runtime.core.database.accounts().of(&login.owner).await;
    let account = account.map_err(storage::unreadable)?;
    ending::told(login, account.as_ref(), runtime.core.clock.now())
}

/// What becomes of the sign-in that was there before.
fn with_former(said: String, is_replaced: bool) -> String {
    if is_replaced {
        format!(
            "{said}\nThe sign-in that was there is signed out by `sesame serve`: at once, if it runs."
        )
    } else {
        said
    }
}

/// Someone wants it to stop: cancels the login, and says how things were left.
async fn stop(
    runtime: &Runtime,
    service: &dyn LoginService,
    login: &Login,
    attending: Attending<'_>,
    asked: Asked,
) -> Result<String, Failure> {
    let cancelled = service.cancel(&login.owner, login.id);
    let is_gone = async {
        // What is done for the login goes on meanwhile.
        let both = futures::future::join(cancelled, timeout(CLEAN_UP_WITHIN, attending.clone()));
        let (cancelled, gone) = both.await;
        cancelled.map(|_| gone.is_ok())
    };
    let (is_gone, said) = tokio::join!(is_gone, say_wait(login, None, attending.clone()));
    said?;
    let is_gone = is_gone.map_err(failed)?;
    let found = service.find(&login.owner, login.id).await.map_err(failed)?;
    // What was linked by then is linked.
    if let Some(Ending::Authorized { .. }) = found.ending() {
        return told(runtime, &found).await;
    }
    let left = if is_gone { GONE } else { LEFT };
    Err(Failure::Stopped { asked, left })
}

/// Waits until nothing is left of a login that failed.
async fn wait(
    attending: Attending<'_>,
    login: &Login,
    why: &Failure,
    signals: &mut Signals,
) -> Result<(), Failure> {
    say_wait(login, Some(why), attending.clone()).await?;
    tokio::select! {
        gone = timeout(CLEAN_UP_WITHIN, attending) => if gone.is_err() {
            terminal::warn(LEFT);
        },
        asked = signals.asked() => return Err(Failure::Stopped { asked, left: LEFT }),
    }
    Ok(())
}

/// Says that there is something to wait for, and why it is over, if it takes long.
async fn say_wait(
    login: &Login,
    failure: Option<&Failure>,
    attending: Attending<'_>,
) -> Result<(), Failure> {
    if timeout(AT_ONCE, attending).await.is_ok() {
        return Ok(());
    }
    if let Some(failure) = failure {
        terminal::say(&failure.to_string())?;
    }
    let wait = match (login.ending(), login.method) {
        (Some(Ending::Failed(LoginFailure::TelegramUnavailable { .. })), _) => {
            "Trying for a while to sign out what may be left of the login there."
        }
        (_, Method::Qr) => {
            "The code that was shown can still be scanned for some seconds. Waiting until it cannot, and signing out whatever came of it."
        }
        (_, Method::Phone) => "Signing out what is left of the login at Telegram.",
    };
    terminal::say(&format!("{wait} Ctrl-C leaves that to `sesame serve`."))
}
