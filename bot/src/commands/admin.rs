//! `/admin`: operators get a link to their pages.

use std::time::Duration;

use sesame_domain::audit::{Action, AuditEntry, OperatorReason};
use sesame_domain::ids::SignInId;
use sesame_domain::operator::{LINK_LIFE, OneTimeSecret, Operator, Scope, SignInLink};
use sesame_domain::ports::Rate;
use url::Url;

use crate::app_link::AppLink;
use crate::context::BotContext;
use crate::error::AnswerError;
use crate::keyboard;
use crate::sender::Sender;

/// How many links an operator gets, and how often it is noted that someone
/// asked in vain: whoever asks for more does not make the audit longer.
const LINKS: Rate = Rate::new(5, Duration::from_hours(1));

/// Gives an operator a link that works once. Anyone else learns their Telegram
/// id, by which they could be named in the configuration.
pub(super) async fn answer(context: &BotContext, sender: &Sender) -> Result<(), AnswerError> {
    let owner = &sender.owner;
    let Some(operator) = context.operators.of_tenant(&owner.tenant, owner.person) else {
        if context
            .taken("admin_refused", sender, LINKS)
            .await
            .is_none()
        {
            refuse(context, sender, OperatorReason::NoOperator).await?;
        }
        let person = owner.person.to_string();
        let words = sender.texts.admin_not_for_you(&person);
        return context.say(sender, words, None).await;
    };
    if context.app == AppLink::NeedsHttps {
        return context
            .say(sender, sender.texts.app_needs_https(), None)
            .await;
    }
    if let Some(wait) = context.taken("admin_link", sender, LINKS).await {
        if context
            .taken("admin_refused", sender, LINKS)
            .await
            .is_none()
        {
            refuse(context, sender, OperatorReason::TooMany).await?;
        }
        let words = sender.texts.admin_too_many(wait);
        return context.say(sender, words, None).await;
    }
    let Some(address) = issue(context, sender, operator).await? else {
        return context.say(sender, sender.texts.trouble(), None).await;
    };
    let words = sender.texts.admin_link(LINK_LIFE);
    let keyboard = keyboard::open_admin(sender.texts, address);
    context.say(sender, words, Some(keyboard)).await
}

/// A link that is kept; `None`: no address can be made.
async fn issue(
    context: &BotContext,
    sender: &Sender,
    operator: &Operator,
) -> Result<Option<Url>, AnswerError> {
    let ports = &context.ports;
    let secret = OneTimeSecret::generate(&*ports.entropy);
    let mut address = context.admin.clone();
    let Ok(mut path) = address.path_segments_mut() else {
        return Ok(None);
    };
    path.pop_if_empty().extend(["sign-in", secret.expose()]);
    drop(path);
    let now = ports.clock.now();
    let link = SignInLink {
        id: SignInId::generate(&*ports.entropy, now),
        owner: sender.owner.clone(),
        name: sender.name.as_str().to_owned(),
        issued_at: now,
        expires_at: now + LINK_LIFE,
    };
    let scope = Scope::Tenant(link.owner.tenant.clone());
    let entry = AuditEntry::new(
        now,
        link.owner.clone(),
        link.id.as_uuid(),
        operator.actor(&scope),
        Action::SignInAsked,
        OperatorReason::AskedInChat,
    );
    let issued = ports
        .sign_ins
        .issue(&link, secret.digest(), entry.from("bot"));
    issued.await?;
    Ok(Some(address))
}

async fn refuse(
    context: &BotContext,
    sender: &Sender,
    why: OperatorReason,
) -> Result<(), AnswerError> {
    let ports = &context.ports;
    let now = ports.clock.now();
    let entry = AuditEntry::new(
        now,
        sender.owner.clone(),
        SignInId::generate(&*ports.entropy, now).as_uuid(),
        context.operator_actor(sender),
        Action::SignInAsked,
        why,
    );
    Ok(ports.audit.append(entry.from("bot").refused()).await?)
}
