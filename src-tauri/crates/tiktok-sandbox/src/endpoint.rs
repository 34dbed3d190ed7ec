//! Compares request paths with the endpoint names that tests use.

/// The path of the API, with its version.
pub(crate) const API_PATH: &str = "/open_api/v1.3";

/// Returns whether `endpoint` (a path with or without slashes and [`API_PATH`], `portal` or `*`) names this path.
pub(crate) fn endpoint_matches(endpoint: &str, path: &str) -> bool {
    match without_prefix(endpoint) {
        "*" => true,
        "portal" => is_portal(path),
        wanted => wanted == without_prefix(path),
    }
}

/// Returns whether the path is one of the sign-in pages.
pub(crate) fn is_portal(path: &str) -> bool {
    path.starts_with("/portal/") || path.starts_with("/marketing_api/")
}

fn without_prefix(path: &str) -> &str {
    let path = path.trim_matches('/');
    path.strip_prefix(API_PATH.trim_start_matches('/'))
        .and_then(|rest| rest.strip_prefix('/'))
        .unwrap_or(path)
}
