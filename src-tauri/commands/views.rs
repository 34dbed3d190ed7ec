//! Saved views of lists.

use partner::Book;
use partner::queries::views::View;
use services::problem::Problem;
use tauri::AppHandle;

use super::App;
use crate::app::background::in_book;
use crate::events::{DataChanged, Topic, emit};

#[tauri::command]
#[specta::specta]
pub async fn views(state: App<'_>) -> Result<Vec<View>, Problem> {
    in_book(&state, Book::views).await
}

/// Saves a view. It replaces one with the same name.
#[tauri::command]
#[specta::specta]
pub async fn save_view(app: AppHandle, state: App<'_>, view: View) -> Result<(), Problem> {
    change(&app, &state, move |book| book.save_view(&view)).await
}

#[tauri::command]
#[specta::specta]
pub async fn rename_view(app: AppHandle, state: App<'_>, from: String, to: String) -> Result<(), Problem> {
    change(&app, &state, move |book| book.rename_view(&from, &to)).await
}

#[tauri::command]
#[specta::specta]
pub async fn delete_view(app: AppHandle, state: App<'_>, name: String) -> Result<(), Problem> {
    change(&app, &state, move |book| book.delete_view(&name)).await
}

async fn change(
    app: &AppHandle,
    state: &App<'_>,
    work: impl FnOnce(&Book) -> partner::Result<()> + Send + 'static,
) -> Result<(), Problem> {
    in_book(state, work).await?;
    emit(app, DataChanged { topics: vec![Topic::Views] });
    Ok(())
}
