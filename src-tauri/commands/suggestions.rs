//! Suggestions of advertisers for what is not allocated.

use std::sync::Arc;

use partner::queries::suggestions::{Suggestions, SuggestionsFor};
use services::problem::{Problem, ProblemCode};
use tauri::AppHandle;

use super::App;
use crate::app::background::{in_book, run};
use crate::app::open_partner::OpenPartner;
use crate::events::{DataChanged, Topic, emit};

/// Returns the first suggestions for some objects. After decisions and syncs, they are learned
/// again in the background, and an event notifies the window.
#[tauri::command]
#[specta::specta]
pub async fn suggestions(
    app: AppHandle,
    state: App<'_>,
    wanted: SuggestionsFor,
) -> Result<Suggestions, Problem> {
    let open = state.open_partner.current()?;
    let asked = Arc::clone(&open);
    let (found, is_old) = in_book(&state, move |book| {
        asked.suggester.suggest(book, &wanted, &|| asked.continue_unless_closing())
    })
    .await?;
    if is_old {
        open.spawn(learn_again(app, Arc::clone(&open)));
    }
    Ok(found)
}

async fn learn_again(app: AppHandle, open: Arc<OpenPartner>) {
    let learn = move || open.suggester.learn_again(&open.book, &|| open.continue_unless_closing());
    match run(learn).await.and_then(|learned| Ok(learned?)) {
        Ok(true) => emit(&app, DataChanged { topics: vec![Topic::Suggestions] }),
        Ok(false) | Err(Problem { code: ProblemCode::Cancelled, .. }) => {}
        Err(problem) => tracing::warn!(code = ?problem.code, "failed to learn suggestions"),
    }
}
