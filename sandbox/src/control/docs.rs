//! The control interface's own description.

use utoipa::OpenApi;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn, PathItem};
use utoipa::openapi::{KnownFormat, ObjectBuilder, RefOr, Required, SchemaFormat, Type};
use utoipa_axum::router::OpenApiRouter;

/// The frame of the OpenAPI document; the paths are added by the router.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Sandbox control",
        description = "Drives a local Telegram: its people, its bots, the chats between \
                       them, devices, and errors on command. What concerns a bot is about \
                       the first one, and about another below `/bots/{bot}`.",
    ),
    servers((url = "/control")),
)]
pub(super) struct Docs;

/// Says of each address that a bot's id stands in front of it.
pub(super) fn naming_the_bot<S>(mut router: OpenApiRouter<S>) -> OpenApiRouter<S>
where
    S: Clone + Send + Sync + 'static,
{
    let id = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)));
    let bot = ParameterBuilder::new()
        .name("bot")
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .description(Some("The bot"))
        .schema(Some(id))
        .build();
    for item in router.get_openapi_mut().paths.paths.values_mut() {
        let own = item.parameters.get_or_insert_default();
        own.push(RefOr::T(bot.clone()));
    }
    router
}

/// Gives each operation an id of its own: the names of the functions behind
/// them are not.
pub(super) fn with_ids(mut description: utoipa::openapi::OpenApi) -> utoipa::openapi::OpenApi {
    for (path, item) in &mut description.paths.paths {
        for (method, operation) in operations(item) {
            let words = path.split(|c: char| !c.is_ascii_alphanumeric());
            let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
            operation.operation_id = Some(format!("{method}_{}", words.join("_")));
        }
    }
    description
}

/// What can be done at an address.
fn operations(item: &mut PathItem) -> impl Iterator<Item = (&'static str, &mut Operation)> {
    [
        ("get", &mut item.get),
        ("post", &mut item.post),
        ("put", &mut item.put),
        ("patch", &mut item.patch),
        ("delete", &mut item.delete),
    ]
    .into_iter()
    .filter_map(|(method, operation)| Some((method, operation.as_mut()?)))
}
