//! An attempt, from its beginning to its end.

use std::collections::HashSet;
use std::time::Duration;

use futures::StreamExt as _;
use sesame_domain::audit::Actor;
use sesame_domain::ids::Owner;
use sesame_domain::login::{Ending, Login, Status};
use sesame_domain::ports::{Answer, Begin, Begun, Logins as _};
use sesame_sandbox::world::{Instead, Person};
use tokio::time::{sleep, timeout};

use crate::PATIENCE;
use crate::cluster::{Cluster, Guest, PASSWORD, lock};
use crate::fixture::owner;
use crate::plan::Course;

/// The wait after a node was not able to.
const ASK_AGAIN: Duration = Duration::from_millis(50);

/// Errors that Telegram answers with.
const ERRORS: [(&str, i32, &str); 5] = [
    ("auth.exportLoginToken", 500, "RPC_CALL_FAIL"),
    ("auth.exportLoginToken", 401, "USER_DEACTIVATED_BAN"),
    ("users.getUsers", 500, "INTERNAL"),
    ("auth.importLoginToken", 400, "AUTH_TOKEN_EXPIRED"),
    ("auth.logOut", 500, "INTERNAL"),
];

/// Someone at an attempt.
struct Attempt<'a> {
    cluster: &'a Cluster,
    owner: Owner,
    person: &'a Person,
    /// Who scans.
    scanner: &'a Person,
    /// What they type.
    password: &'static str,
    /// Where they cancel.
    cancels_at: Option<Status>,
}

/// Makes the attempt with this number; how it ended.
pub(crate) async fn make(cluster: &Cluster, guest: &Guest, number: u64) -> String {
    let course = Course::of(cluster.seed, number);
    let person = if course.takes_a_password() || number.is_multiple_of(5) {
        &guest.with_password
    } else {
        &guest.plain
    };
    let attempt = Attempt {
        cluster,
        owner: owner(person),
        person,
        scanner: person,
        password: PASSWORD,
        cancels_at: None,
    };
    let ended = timeout(PATIENCE, attempt.take(course, guest, number)).await;
    let by = guest.number;
    let ended = ended.unwrap_or_else(|_| panic!("attempt {number} ({course:?}, {by}) goes on"));
    format!("{course:?}: {}", told(&ended))
}

fn told(login: &Login) -> String {
    let status = login.state.status().as_str();
    match login.ending() {
        Some(Ending::Failed(failure)) => format!("{status} ({})", failure.code()),
        _ => status.to_owned(),
    }
}

impl Attempt<'_> {
    async fn take(mut self, course: Course, guest: &Guest, number: u64) -> Login {
        match course {
            Course::Link | Course::Erase => {}
            Course::LinkTwice => {
                self.follow(Begin::default()).await;
            }
            Course::CancelAtCode | Course::ScanAfterCancel => {
                self.cancels_at = Some(Status::Pending);
            }
            Course::CancelAtPassword => self.cancels_at = Some(Status::PasswordRequired),
            Course::WrongAccount => self.scanner = &guest.stranger,
            Course::WrongPasswords => self.password = "wrong horse",
            Course::BeginAnew => {
                let older = self.begin(Begin::default()).await;
                self.newer_than(&older, older.version).await;
                self.cancels_at = Some(Status::Pending);
            }
            Course::Expire => {
                let login = self.begin(Begin::default()).await;
                return self.until_over(login).await;
            }
            Course::Errors => self.fail(number),
            Course::Garbage => {
                let answer = Instead::Bytes(b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec());
                self.cluster.fixture.fault_line(self.person, answer, 1);
            }
        }
        let begin = Begin {
            anew: course == Course::BeginAnew,
            relink: course == Course::LinkTwice,
            method: None,
        };
        let ended = self.follow(begin).await;
        if course == Course::Erase {
            self.erase().await;
        }
        self.unlink().await;
        ended
    }

    /// A method's next call, by whomever, is answered with an error.
    fn fail(&self, number: u64) {
        let turn = usize::try_from(number).unwrap() % ERRORS.len();
        let (method, code, message) = ERRORS[turn];
        self.cluster.fixture.fault(method, code, message, 1);
    }

    /// Begins a login, and does what a person does until it is over.
    async fn follow(&self, begin: Begin) -> Login {
        let mut login = self.begin(begin).await;
        let mut scanned = HashSet::new();
        let mut shown: Option<String> = None;
        loop {
            match login.state.status() {
                status if login.is_over() => {
                    if let Some(link) = shown.filter(|_| status == Status::Cancelled) {
                        // Whether Telegram still takes it is no matter.
                        drop(self.cluster.fixture.world.scan(self.scanner.id, &link));
                    }
                    return login;
                }
                Status::Pending => {
                    let link = self.cluster.fixture.link(&login).await;
                    if self.cancels_at == Some(Status::Pending) {
                        shown = Some(link);
                        login = self.cancel(login).await;
                        continue;
                    }
                    if scanned.insert(link.clone()) {
                        // A code that was replaced meanwhile is refused; the next one follows.
                        drop(self.cluster.fixture.world.scan(self.scanner.id, &link));
                    }
                }
                Status::PasswordRequired if !login.state.is_checking() => {
                    if self.cancels_at == Some(Status::PasswordRequired) {
                        login = self.cancel(login).await;
                        continue;
                    }
                    login = self.submit(login).await;
                    continue;
                }
                _ => {}
            }
            login = self.newer_than(&login, login.version).await;
        }
    }

    async fn begin(&self, begin: Begin) -> Login {
        loop {
            let logins = self.cluster.services().logins;
            if let Ok(Begun::Created(login) | Begun::Existing(login)) =
                logins.begin(&self.owner, begin).await
            {
                lock(&self.cluster.begun).push(login.id);
                return login;
            }
            sleep(ASK_AGAIN).await;
        }
    }

    async fn submit(&self, login: Login) -> Login {
        let answer = Answer::Password(self.password.into());
        let logins = self.cluster.services().logins;
        if let Ok(login) = logins.submit(&self.owner, login.id, answer).await {
            return login;
        }
        sleep(ASK_AGAIN).await;
        self.look(login).await
    }

    async fn cancel(&self, login: Login) -> Login {
        let logins = self.cluster.services().logins;
        match logins.cancel(&self.owner, login.id).await {
            Ok(login) if login.is_over() => login,
            _ => {
                sleep(ASK_AGAIN).await;
                self.look(login).await
            }
        }
    }

    async fn look(&self, login: Login) -> Login {
        let found = self.cluster.fixture.database.logins().find(login.id).await;
        found.unwrap().unwrap_or(login)
    }

    async fn until_over(&self, mut login: Login) -> Login {
        while !login.is_over() {
            login = self.newer_than(&login, login.version).await;
        }
        login
    }

    /// Waits for a newer version of a login, at any node.
    async fn newer_than(&self, login: &Login, version: i64) -> Login {
        loop {
            let logins = self.cluster.services().logins;
            if let Ok(mut updates) = logins.watch(&self.owner, login.id).await {
                while let Some(Ok(update)) = updates.next().await {
                    if update.version > version || update.is_over() {
                        return update;
                    }
                }
            }
            // That node is gone.
            sleep(ASK_AGAIN).await;
        }
    }

    async fn unlink(&self) {
        loop {
            let accounts = self.cluster.services().accounts;
            match accounts.linked(&self.owner).await {
                Ok(None) => return,
                Ok(Some(account)) => {
                    // What failed is done again.
                    let done = accounts.unlink(&self.owner, account.id, Actor::Owner);
                    drop(done.await);
                }
                Err(_) => sleep(ASK_AGAIN).await,
            }
        }
    }

    async fn erase(&self) {
        loop {
            let accounts = self.cluster.services().accounts;
            if accounts.erase(&self.owner, Actor::Owner).await.is_ok() {
                return;
            }
            sleep(ASK_AGAIN).await;
        }
    }
}
