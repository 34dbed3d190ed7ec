//! The log-in popup, seen from the display: WebDriver cannot see a window with a profile of its own.

use x11rb::connection::Connection;
use x11rb::protocol::xproto::{AtomEnum, ClientMessageEvent, ConnectionExt, EventMask, Window};

/// Ask the popup to close, as a window manager does. `None` while there is no popup.
pub fn close(display: &str) -> Option<()> {
    let (connection, screen) = x11rb::connect(Some(display)).unwrap();
    let root = connection.setup().roots[screen].root;
    let popup = find(&connection, root)?;
    let atom = |name: &str| {
        connection.intern_atom(false, name.as_bytes()).ok()?.reply().ok().map(|reply| reply.atom)
    };
    let (protocols, delete) = (atom("WM_PROTOCOLS")?, atom("WM_DELETE_WINDOW")?);
    let message = ClientMessageEvent::new(32, popup, protocols, [delete, x11rb::CURRENT_TIME, 0, 0, 0]);
    connection.send_event(false, popup, EventMask::NO_EVENT, message).ok()?.check().ok()
}

fn find(connection: &impl Connection, window: Window) -> Option<Window> {
    let name = connection
        .get_property(false, window, AtomEnum::WM_NAME, AtomEnum::ANY, 0, 1024)
        .ok()?
        .reply()
        .ok()?;
    if String::from_utf8_lossy(&name.value).contains("Log in to TikTok") {
        return Some(window);
    }
    let children = connection.query_tree(window).ok()?.reply().ok()?.children;
    children.into_iter().find_map(|child| find(connection, child))
}
