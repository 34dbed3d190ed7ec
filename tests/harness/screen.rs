//! The harness's screen, for what WebDriver cannot see: the window itself, the log-in popup (it has a profile of its own), and
//! the tray.

use x11rb::CURRENT_TIME;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    AtomEnum, BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ClientMessageEvent, ConnectionExt as _, EventMask,
    KEY_PRESS_EVENT, KEY_RELEASE_EVENT, MOTION_NOTIFY_EVENT, MapState, Window,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

/// Signs of keys, as X names them.
pub const DOWN: u32 = 0xff54;
pub const RETURN: u32 = 0xff0d;

pub struct Screen {
    connection: RustConnection,
    root: Window,
}

impl Screen {
    pub fn of(display: &str) -> Screen {
        let (connection, screen) = x11rb::connect(Some(display)).unwrap();
        let root = connection.setup().roots[screen].root;
        Screen { connection, root }
    }

    /// Ask a window to close, as a window manager does. `None` while there is none with `text` in its name.
    pub fn close(&self, text: &str) -> Option<()> {
        let window = self.find(self.root, text, false)?;
        let (protocols, delete) = (self.atom("WM_PROTOCOLS")?, self.atom("WM_DELETE_WINDOW")?);
        let message = ClientMessageEvent::new(32, window, protocols, [delete, CURRENT_TIME, 0, 0, 0]);
        self.connection.send_event(false, window, EventMask::NO_EVENT, message).ok()?.check().ok()
    }

    /// Whether a window with `text` in its name or class is shown.
    pub fn shows(&self, text: &str) -> bool {
        self.find(self.root, text, true).is_some()
    }

    /// Press the middle of a window. `None` while it is not shown.
    pub fn press(&self, text: &str) -> Option<()> {
        let window = self.find(self.root, text, true)?;
        let size = self.connection.get_geometry(window).ok()?.reply().ok()?;
        let (x, y) = (i16::try_from(size.width / 2).ok()?, i16::try_from(size.height / 2).ok()?);
        let at = self.connection.translate_coordinates(window, self.root, x, y).ok()?.reply().ok()?;
        for (event, detail) in [(MOTION_NOTIFY_EVENT, 0), (BUTTON_PRESS_EVENT, 1), (BUTTON_RELEASE_EVENT, 1)]
        {
            self.act(event, detail, at.dst_x, at.dst_y)?;
        }
        Some(())
    }

    /// Press a key.
    pub fn key(&self, sign: u32) -> Option<()> {
        let setup = self.connection.setup();
        let (first, last) = (setup.min_keycode, setup.max_keycode);
        let keys = self.connection.get_keyboard_mapping(first, last - first + 1).ok()?.reply().ok()?;
        let each = usize::from(keys.keysyms_per_keycode);
        let place = keys.keysyms.chunks(each).position(|signs| signs.contains(&sign))?;
        let code = first + u8::try_from(place).ok()?;
        self.act(KEY_PRESS_EVENT, code, 0, 0)?;
        self.act(KEY_RELEASE_EVENT, code, 0, 0)
    }

    fn act(&self, event: u8, detail: u8, x: i16, y: i16) -> Option<()> {
        let done = self.connection.xtest_fake_input(event, detail, CURRENT_TIME, self.root, x, y, 0);
        done.ok()?.check().ok()
    }

    fn atom(&self, name: &str) -> Option<u32> {
        Some(self.connection.intern_atom(false, name.as_bytes()).ok()?.reply().ok()?.atom)
    }

    /// The first window with `text` in its name or class, perhaps of those that are shown.
    fn find(&self, window: Window, text: &str, shown: bool) -> Option<Window> {
        let state = self.connection.get_window_attributes(window).ok()?.reply().ok()?.map_state;
        if !shown || state == MapState::VIEWABLE {
            for property in [AtomEnum::WM_NAME, AtomEnum::WM_CLASS] {
                let told = self.connection.get_property(false, window, property, AtomEnum::ANY, 0, 1024);
                if String::from_utf8_lossy(&told.ok()?.reply().ok()?.value).contains(text) {
                    return Some(window);
                }
            }
        }
        let children = self.connection.query_tree(window).ok()?.reply().ok()?.children;
        children.into_iter().find_map(|child| self.find(child, text, shown))
    }
}
