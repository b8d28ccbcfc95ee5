//! A page of posts.

use sea_orm::{ConnectionTrait, QuerySelect, QueryTrait, Select};
use sea_orm::{EntityTrait, FromQueryResult};
use sesame_domain::page::Paged;
use sesame_domain::ports::StoreError;
use sesame_domain::post::Post;

use crate::database::failed;
use crate::reading::Read;
use crate::rows::post::{Entity, Model};

/// The first that a query finds, up to so many; it says in which order. The next page
/// begins behind the place of the last row.
pub(super) async fn page<Place>(
    db: &impl ConnectionTrait,
    query: Select<Entity>,
    limit: u32,
    place: impl Fn(&Model) -> Place,
) -> Result<Paged<Post, Place>, StoreError> {
    // One more tells whether there is a next page.
    let query = query.limit(u64::from(limit) + 1).into_query();
    let found = db.query_all(&query).await.map_err(failed)?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut paged = Paged {
        rows: Vec::new(),
        broken: Vec::new(),
        next: None,
    };
    for row in found.iter().take(limit) {
        match Read::<Entity>::of(row, "").or_broken() {
            Ok(post) => paged.rows.push(post),
            Err(broken) => paged.broken.push(broken),
        }
    }
    if found.len() > limit
        && let Some(last) = limit.checked_sub(1).and_then(|last| found.get(last))
    {
        let last = <Entity as EntityTrait>::Model::from_query_result(last, "");
        paged.next = Some(place(&last.map_err(failed)?));
    }
    Ok(paged)
}
