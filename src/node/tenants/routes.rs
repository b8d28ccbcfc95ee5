//! Which tenant a request is for: `/t/NAME/…` is that one's, the rest the first
//! one's.

use std::collections::HashMap;
use std::convert::Infallible;
use std::str::FromStr as _;
use std::sync::{Arc, PoisonError, RwLock};

use axum::Router;
use axum::extract::Request;
use axum::http::Uri;
use axum::http::uri::PathAndQuery;
use sesame_domain::ids::TenantId;
use sesame_webapp::BasePath;
use tower::{ServiceExt as _, service_fn};
use url::Url;

/// Between what all have and the name of a tenant.
const BELOW: &str = "t";

/// The address below which everything of a tenant lies.
pub(super) fn url_of(public_url: &Url, tenant: &TenantId) -> Option<Url> {
    let mut url = public_url.clone();
    url.path_segments_mut()
        .ok()?
        .pop_if_empty()
        .extend([BELOW, tenant.as_str()]);
    Some(url)
}

/// Where requests for tenants go.
pub(crate) struct TenantRoutes {
    /// Below which path of its host everything lies.
    base: String,
    open: RwLock<HashMap<TenantId, Router>>,
}

impl TenantRoutes {
    /// None yet.
    pub(crate) fn below(public_url: &Url) -> Self {
        Self {
            base: BasePath::of(public_url).to_string(),
            open: RwLock::default(),
        }
    }

    /// Requests for this tenant go there from now on.
    pub(super) fn open(&self, tenant: &TenantId, router: Router) {
        let router = router.with_state(());
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        open.insert(tenant.clone(), router);
    }

    /// There is nothing of this tenant any more.
    pub(super) fn shut(&self, tenant: &TenantId) {
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        open.remove(tenant);
    }

    /// These of the tenants, and those of the first one for everything else.
    pub(crate) fn over(self: &Arc<Self>, first: Router) -> Router {
        let (tenants, first) = (Arc::clone(self), first.with_state(()));
        Router::new().fallback_service(service_fn(move |mut request: Request| {
            let router = match tenants.find(request.uri()) {
                Some((router, uri)) => {
                    *request.uri_mut() = uri;
                    router
                }
                None => first.clone(),
            };
            async move {
                let answer: Result<_, Infallible> = router.oneshot(request).await;
                answer
            }
        }))
    }

    /// The router of the tenant that an address is for, and the address as it knows
    /// it: with the path below which all lies, or, if a proxy took that off, without
    /// its own as well.
    fn find(&self, uri: &Uri) -> Option<(Router, Uri)> {
        let path = uri.path();
        let (whole, own) = match path.strip_prefix(&self.base) {
            Some(own) if own.starts_with('/') => (true, own),
            _ => (false, path),
        };
        let below = own
            .strip_prefix('/')?
            .strip_prefix(BELOW)?
            .strip_prefix('/')?;
        let (name, rest) = below.split_once('/').unwrap_or((below, ""));
        let tenant = TenantId::from_str(name).ok()?;
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        let router = open.get(&tenant)?.clone();
        if whole {
            return Some((router, uri.clone()));
        }
        let query = uri.query().map(|query| format!("?{query}"));
        let path = format!("/{rest}{}", query.unwrap_or_default());
        let path = PathAndQuery::try_from(path).ok()?;
        let mut parts = uri.clone().into_parts();
        parts.path_and_query = Some(path);
        Some((router, Uri::from_parts(parts).ok()?))
    }
}

#[cfg(test)]
mod tests {
    use axum::body::{Body, to_bytes};
    use axum::routing::get;
    use rstest::rstest;

    use super::*;

    fn named(name: &'static str, public: &str) -> Router {
        let base = BasePath::of(&public.parse().unwrap());
        let routes = Router::new()
            .route(
                "/app",
                get(move |uri: Uri| async move { format!("{name} {uri}") }),
            )
            .fallback(move || async move { format!("nothing of {name}") });
        base.over(routes)
    }

    async fn ask(routes: &Router, path: &str) -> String {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let answer = routes.clone().oneshot(request).await.unwrap();
        let body = to_bytes(answer.into_body(), 1 << 16).await.unwrap();
        String::from_utf8(body.to_vec()).unwrap()
    }

    #[rstest]
    #[case("https://e.org", "/app?x=1", "first")]
    #[case("https://e.org", "/t/harbour/app?x=1", "harbour")]
    #[case("https://e.org", "/t/harbour/nowhere", "nothing of harbour")]
    #[case("https://e.org", "/t/other/app", "nothing of first")]
    #[case("https://e.org", "/t/HARBOUR/app", "nothing of first")]
    #[case("https://e.org", "/t/harbour%2fapp", "nothing of first")]
    #[case("https://e.org/s/", "/s/app", "first")]
    #[case("https://e.org/s/", "/app", "first")]
    #[case("https://e.org/s/", "/s/t/harbour/app?x=1", "harbour")]
    #[case("https://e.org/s/", "/t/harbour/app?x=1", "harbour /app?x=1")]
    #[tokio::test]
    async fn a_request_goes_to_the_tenant_that_its_address_names(
        #[case] public: &str,
        #[case] path: &str,
        #[case] to: &str,
    ) {
        let harbour: TenantId = "harbour".parse().unwrap();
        let public_url: Url = public.parse().unwrap();
        let own = url_of(&public_url, &harbour).unwrap();
        let tenants = Arc::new(TenantRoutes::below(&public_url));
        tenants.open(&harbour, named("harbour", own.as_str()));
        let routes = tenants.over(named("first", public));
        let answer = ask(&routes, path).await;
        assert!(answer.starts_with(to), "{path}: {answer}");
        tenants.shut(&harbour);
        assert!(!ask(&routes, path).await.contains("harbour "), "{path}");
    }
}
