//! Finding posts.

use sea_orm::sea_query::{Expr, ExprTrait as _, Func};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QueryResult, Select,
};
use sesame_domain::ids::TenantId;
use sesame_domain::ports::PostPlace;
use sesame_domain::post::{PostId, PostQuery, PostScope, SearchWords};

use crate::rows::post::{Column, Entity};
use crate::rows::stored;

/// Those that are wanted, behind a place, the newest first.
pub(super) fn list(
    db: &impl ConnectionTrait,
    tenant: &TenantId,
    query: &PostQuery,
    after: Option<PostPlace>,
) -> Select<Entity> {
    let channels = query.channels.iter().map(|scope| scope.channel);
    let mut any = Condition::any();
    // What all want alike is asked once: a channel is one of many.
    for (index, scope) in query.channels.iter().enumerate() {
        let alike = |other: &&PostScope| is_alike(scope, other);
        let earlier = query.channels.get(..index).unwrap_or_default();
        if earlier.iter().any(|other| alike(&other)) {
            continue;
        }
        let same = query.channels.iter().filter(alike);
        any = any.add(within(scope).add(Column::Channel.is_in(same.map(|it| it.channel))));
    }
    let mut found = Entity::find()
        .filter(Column::Tenant.eq(tenant.as_str()))
        .filter(Column::Channel.is_in(channels))
        .order_by_desc(Column::At)
        .order_by_desc(Column::Channel)
        .order_by_desc(Column::Message);
    if !any.is_empty() {
        found = found.filter(any);
    }
    if let Some(words) = &query.words {
        found = found.filter(has(db.get_database_backend(), words));
    }
    if let Some(after) = after {
        found = found.filter(before(after));
    }
    found
}

fn is_alike(one: &PostScope, other: &PostScope) -> bool {
    let channel = one.channel;
    PostScope {
        channel,
        ..other.clone()
    } == *one
}

/// What of a channel is wanted.
fn within(scope: &PostScope) -> Condition {
    let mut all = Condition::all();
    if let Some(from) = scope.from {
        all = all.add(Column::At.gte(stored(from)));
    }
    if let Some(until) = scope.until {
        all = all.add(Column::At.lt(stored(until)));
    }
    let mut post = Condition::all().add(Column::Action.is_null());
    if !scope.forwards {
        post = post.add(Column::IsForwarded.eq(false));
    }
    if scope.shortest > 0 {
        let length = Func::char_length(Expr::col(Column::Text));
        post = post.add(Expr::expr(length).gte(i32::from(scope.shortest)));
    }
    if scope.service_messages {
        all.add(Condition::any().add(Column::Action.is_not_null()).add(post))
    } else {
        all.add(post)
    }
}

/// Which post a row is.
pub(super) fn id_of(row: &QueryResult) -> Result<PostId, DbErr> {
    Ok(PostId {
        channel: row.try_get("", "channel")?,
        message: row.try_get("", "message")?,
    })
}
/// Those that stand behind a place in the order from the newest to the oldest.
fn before(place: PostPlace) -> Condition {
    let at = stored(place.at);
    let same = || Condition::all().add(Column::At.eq(at));
    Condition::any()
        .add(Column::At.lt(at))
        .add(same().add(Column::Channel.lt(place.id.channel)))
        .add(
            same()
                .add(Column::Channel.eq(place.id.channel))
                .add(Column::Message.lt(place.id.message)),
        )
}

/// Those in which all of the words are. Each is of letters and digits alone, so that it
/// means nothing in the language of either index.
fn has(backend: DbBackend, words: &SearchWords) -> Expr {
    let quoted = |quote: char| {
        let words = words.words().iter();
        words
            .map(|it| format!("{quote}{it}{quote}"))
            .collect::<Vec<_>>()
    };
    if backend == DbBackend::Sqlite {
        // The last one may go on.
        let query = format!("{}*", quoted('"').join(" "));
        Expr::cust_with_values(
            r#""posts"."number" IN (SELECT rowid FROM post_words WHERE post_words MATCH ?)"#,
            [query],
        )
    } else {
        let query = format!("{}:*", quoted('\'').join(" & "));
        Expr::cust_with_values(
            r#"to_tsvector('simple'::regconfig, "posts"."words") @@ to_tsquery('simple'::regconfig, $1)"#,
            [query],
        )
    }
}
