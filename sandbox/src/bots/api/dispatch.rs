//! From a method's name to what it does.

use std::sync::Arc;

use serde_json::Value;

use super::super::bot::Bot;
use super::super::calls::MethodCall;
use super::super::error::ApiError;
use super::answer::Answer;
use super::params::Params;
use super::{about, chats, media, messages, news};

/// Runs a method; its name is read without regard to case.
pub(super) async fn dispatch(
    bot: &Arc<Bot>,
    method: &str,
    params: Params,
) -> Result<Answer, ApiError> {
    let method = method.to_ascii_lowercase();
    bot.note_call(MethodCall {
        method: method.clone(),
        params: params.to_json(),
    });
    match bot.next_fault(&method) {
        None => carry_out(bot, &method, params).await,
        Some(error) if error.breaks_off() => {
            // Done, but no one will know.
            let answer = carry_out(bot, &method, params).await;
            answer.and(Err(error))
        }
        Some(error) => Err(error),
    }
}

async fn carry_out(bot: &Arc<Bot>, method: &str, params: Params) -> Result<Answer, ApiError> {
    let answer = match method {
        "getupdates" => return news::get_updates(bot, &params).await,
        "setwebhook" => return news::set_webhook(bot, &params),
        "deletewebhook" => return Ok(news::delete_webhook(bot, &params)),
        "senddocument" => media::send_document(bot, &params).await,
        "sendphoto" => media::send_photo(bot, &params).await,
        other => simple(bot, other, &params).unwrap_or(Err(ApiError::MethodNotFound)),
    };
    answer.map(Answer::from)
}

/// The methods that need not wait for anything.
fn simple(bot: &Bot, method: &str, params: &Params) -> Option<Result<Value, ApiError>> {
    Some(match method {
        "getwebhookinfo" => Ok(news::webhook_info(bot)),
        "getme" => Ok(about::get_me(bot)),
        "logout" | "close" => Ok(true.into()),
        "setmycommands" => about::set_commands(bot, params),
        "getmycommands" => about::get_commands(bot, params),
        "deletemycommands" => about::delete_commands(bot, params),
        "setchatmenubutton" => about::set_menu_button(bot, params),
        "getchatmenubutton" => about::get_menu_button(bot, params),
        "setmyname" => about::set_name(bot, params),
        "getmyname" => Ok(about::get_name(bot, params)),
        "setmydescription" => about::set_description(bot, params),
        "getmydescription" => Ok(about::get_description(bot, params)),
        "setmyshortdescription" => about::set_short_description(bot, params),
        "getmyshortdescription" => Ok(about::get_short_description(bot, params)),
        "sendmessage" => messages::send(bot, params),
        "editmessagetext" => messages::edit_text(bot, params),
        "editmessagecaption" => messages::edit_caption(bot, params),
        "editmessagereplymarkup" => messages::edit_markup(bot, params),
        "deletemessage" => messages::delete(bot, params),
        "deletemessages" => messages::delete_several(bot, params),
        "answercallbackquery" => messages::answer_callback(bot, params),
        "sendchataction" => messages::send_action(bot, params),
        "getchat" => chats::get_chat(bot, params),
        "getchatmember" => chats::get_chat_member(bot, params),
        "getfile" => media::get_file(bot, params),
        _ => return None,
    })
}

impl Bot {
    /// Calls a method, as another program with the same token would.
    ///
    /// # Errors
    /// As the Bot API answers.
    pub async fn call(self: &Arc<Self>, method: &str, params: Value) -> Result<Value, ApiError> {
        let params = Params::from_json(params).unwrap_or_default();
        let answer = dispatch(self, method, params).await?;
        Ok(answer.result)
    }
}

/// A webhook may answer an update with a call; no one hears its result.
pub(in crate::bots) async fn call_from_webhook(bot: &Arc<Bot>, mut reply: Value) {
    let method = reply.as_object_mut().and_then(|all| all.remove("method"));
    let Some(Value::String(method)) = method else {
        return;
    };
    if let Some(params) = Params::from_json(reply)
        && let Err(error) = dispatch(bot, &method, params).await
    {
        tracing::debug!(method, %error, "a call in a webhook's answer failed");
    }
}
