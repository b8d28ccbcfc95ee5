//! What operators confirm in the chat.

use rstest::rstest;
use sesame_domain::ids::{ConfirmationId, OperatorSessionId, Owner, PersonId};
use sesame_domain::operator::{
    Confirmation, ConfirmationState, DangerKind, DangerousAction, OperatorSession,
};
use sesame_domain::ports::{ConfirmationRefusal, Confirmations};
use sesame_store::Database;
use uuid::Uuid;

use crate::backend::Backend;
use crate::make::{at, notice, owner};
use crate::operators::{audit, elsewhere, signed_in, told};

fn question(session: &OperatorSession, seconds: i64) -> Confirmation {
    Confirmation {
        id: ConfirmationId::from(Uuid::from_u128(5)),
        session: session.id,
        owner: owner(1),
        action: DangerousAction {
            kind: DangerKind::RetireKeys,
            parameters: "s3".to_owned(),
            summary: "retire key s3 and those before it".to_owned(),
        },
        reason: "an old machine was sold".to_owned(),
        signs: [47, 8],
        asked_at: at(seconds),
        expires_at: at(seconds + 180),
    }
}

pub(crate) async fn asked(db: &Database) -> Confirmation {
    let session = signed_in(db, 0).await;
    let question = question(&session, 0);
    let asked = db.confirmations();
    let asked = asked.ask(&question, notice(&owner(1), 0), audit(0));
    asked.await.unwrap();
    question
}

async fn answer(
    db: &Database,
    by: &Owner,
    confirmed: bool,
    seconds: i64,
) -> Result<Confirmation, ConfirmationRefusal> {
    let id = ConfirmationId::from(Uuid::from_u128(5));
    let answered = db.confirmations();
    let answered = answered.answer(by, id, confirmed, at(seconds)).await;
    answered.unwrap()
}

async fn take(
    db: &Database,
    question: &Confirmation,
    seconds: i64,
) -> Result<Confirmation, ConfirmationRefusal> {
    let (session, action) = (question.session, &question.action);
    let taken = db.confirmations();
    let taken = taken.take(session, question.id, action, audit(seconds));
    taken.await.unwrap()
}

#[rstest]
#[tokio::test]
async fn what_is_confirmed_is_done_once(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    use ConfirmationRefusal::Stands;
    use ConfirmationState as S;
    let store = backend.store().await;
    let db = &store.db;
    let question = asked(db).await;
    assert_eq!(told(db).await, 2);
    let found = async || {
        let found = db.confirmations();
        let found = found.find(question.session, question.id, at(1)).await;
        found.unwrap().unwrap()
    };
    assert_eq!(found().await, (question.clone(), S::Waiting));
    assert_eq!(take(db, &question, 1).await, Err(Stands(S::Waiting)));
    assert_eq!(answer(db, &owner(1), true, 2).await, Ok(question.clone()));
    let again = answer(db, &owner(1), false, 3).await;
    assert_eq!(again, Err(Stands(S::Confirmed)));
    assert_eq!(found().await.1, S::Confirmed);
    let (first, second) = tokio::join!(take(db, &question, 4), take(db, &question, 4));
    assert_eq!([&first, &second].iter().filter(|it| it.is_ok()).count(), 1);
    assert_eq!(take(db, &question, 5).await, Err(Stands(S::Used)));
    assert_eq!(found().await.1, S::Used);
}

#[rstest]
#[tokio::test]
async fn what_is_not_confirmed_for_this_is_not_done(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    use ConfirmationRefusal::{Changed, Stands, Unknown};
    let store = backend.store().await;
    let db = &store.db;
    let question = asked(db).await;
    // Someone else presses, of the same bot or of another.
    let stranger = Owner {
        tenant: elsewhere(),
        person: PersonId(1),
    };
    for someone in [owner(2), stranger] {
        assert_eq!(answer(db, &someone, true, 1).await, Err(Unknown));
    }
    answer(db, &owner(1), true, 2).await.unwrap();
    let of_another_session = Confirmation {
        session: OperatorSessionId::from(Uuid::from_u128(77)),
        ..question.clone()
    };
    assert_eq!(take(db, &of_another_session, 3).await, Err(Unknown));
    let mut more = question.clone();
    more.action.parameters = "s9".to_owned();
    assert_eq!(take(db, &more, 3).await, Err(Changed));
    let mut other = question.clone();
    other.action.kind = DangerKind::Other("restore".to_owned());
    assert_eq!(take(db, &other, 3).await, Err(Changed));
    let late = take(db, &question, 180).await;
    assert_eq!(late, Err(Stands(ConfirmationState::Expired)));
}

#[rstest]
#[tokio::test]
async fn a_question_that_is_declined_or_too_old_stays_so(
    #[values(Backend::Sqlite, Backend::Postgres)] backend: Backend,
) {
    use ConfirmationRefusal::Stands;
    let store = backend.store().await;
    let db = &store.db;
    let question = asked(db).await;
    let late = answer(db, &owner(1), true, 180).await;
    assert_eq!(late, Err(Stands(ConfirmationState::Expired)));
    answer(db, &owner(1), false, 10).await.unwrap();
    let again = answer(db, &owner(1), true, 11).await;
    assert_eq!(again, Err(Stands(ConfirmationState::Declined)));
    let taken = take(db, &question, 12).await;
    assert_eq!(taken, Err(Stands(ConfirmationState::Declined)));
}
