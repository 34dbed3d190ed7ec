//! The X server's screen, for windows that WebDriver cannot see: the application window itself, the sign-in popup (it has its
//! own browser profile) and the tray.

use x11rb::CURRENT_TIME;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    AtomEnum, BUTTON_PRESS_EVENT, BUTTON_RELEASE_EVENT, ClientMessageEvent, ConnectionExt as _, EventMask,
    ImageFormat, InputFocus, KEY_PRESS_EVENT, KEY_RELEASE_EVENT, MOTION_NOTIFY_EVENT, MapState, Window,
};
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;

/// X keysyms.
pub const DOWN: u32 = 0xff54;
pub const RETURN: u32 = 0xff0d;
pub const ESCAPE: u32 = 0xff1b;
pub const CONTROL: u32 = 0xffe3;
const SHIFT: u32 = 0xffe1;

pub struct Screen {
    pub(super) connection: RustConnection,
    pub(super) root: Window,
}

impl Screen {
    pub fn connect(display: &str) -> Screen {
        let (connection, screen) = x11rb::connect(Some(display)).unwrap();
        let root = connection.setup().roots[screen].root;
        Screen { connection, root }
    }

    /// Returns how many percent of the screen are nearly white.
    pub fn light_percent(&self) -> usize {
        let size = self.connection.get_geometry(self.root).unwrap().reply().unwrap();
        let (format, planes) = (ImageFormat::Z_PIXMAP, u32::MAX);
        let image = self.connection.get_image(format, self.root, 0, 0, size.width, size.height, planes);
        let pixels = image.unwrap().reply().unwrap().data;
        let pixels = pixels.chunks_exact(4);
        let all = pixels.len();
        100 * pixels.filter(|pixel| pixel[..3].iter().all(|color| *color > 200)).count() / all
    }

    /// Asks a window to close, as a window manager does. Returns `None` while no window has `text` in its name.
    pub fn close_window(&self, text: &str) -> Option<()> {
        let window = self.find(self.root, text, false)?;
        let (protocols, delete) = (self.atom("WM_PROTOCOLS")?, self.atom("WM_DELETE_WINDOW")?);
        let message = ClientMessageEvent::new(32, window, protocols, [delete, CURRENT_TIME, 0, 0, 0]);
        self.connection.send_event(false, window, EventMask::NO_EVENT, message).ok()?.check().ok()
    }

    /// Returns whether a visible window has `text` in its name or class.
    pub fn has_window(&self, text: &str) -> bool {
        self.find(self.root, text, true).is_some()
    }

    /// Clicks the center of a window. Returns `None` while it is not visible.
    pub fn click_window(&self, text: &str) -> Option<()> {
        let window = self.find(self.root, text, true)?;
        let size = self.connection.get_geometry(window).ok()?.reply().ok()?;
        let (x, y) = (i16::try_from(size.width / 2).ok()?, i16::try_from(size.height / 2).ok()?);
        let center = self.connection.translate_coordinates(window, self.root, x, y).ok()?.reply().ok()?;
        for (event, detail) in [(MOTION_NOTIFY_EVENT, 0), (BUTTON_PRESS_EVENT, 1), (BUTTON_RELEASE_EVENT, 1)]
        {
            self.send_input(event, detail, center.dst_x, center.dst_y)?;
        }
        Some(())
    }

    pub fn press_key(&self, keysym: u32) -> Option<()> {
        let (keycode, _) = self.keycode(keysym)?;
        self.send_input(KEY_PRESS_EVENT, keycode, 0, 0)?;
        self.send_input(KEY_RELEASE_EVENT, keycode, 0, 0)
    }

    pub fn press_with_control(&self, keysym: u32) -> Option<()> {
        self.press_with(CONTROL, keysym)
    }

    /// Types ASCII text.
    pub fn type_text(&self, text: &str) -> Option<()> {
        text.chars().map(u32::from).try_for_each(|keysym| {
            let (_, shifted) = self.keycode(keysym)?;
            if shifted { self.press_with(SHIFT, keysym) } else { self.press_key(keysym) }
        })
    }

    fn press_with(&self, modifier: u32, keysym: u32) -> Option<()> {
        let (modifier, _) = self.keycode(modifier)?;
        self.send_input(KEY_PRESS_EVENT, modifier, 0, 0)?;
        let pressed = self.press_key(keysym);
        self.send_input(KEY_RELEASE_EVENT, modifier, 0, 0)?;
        pressed
    }

    /// Gives the keyboard to a window. Once it is closed, keys go nowhere. Returns `None` while the window is not visible.
    pub fn focus_window(&self, text: &str) -> Option<()> {
        let window = self.find(self.root, text, true)?;
        self.connection.set_input_focus(InputFocus::NONE, window, CURRENT_TIME).ok()?.check().ok()
    }

    /// Returns the key for a symbol, and whether it needs Shift.
    fn keycode(&self, keysym: u32) -> Option<(u8, bool)> {
        let setup = self.connection.setup();
        let (first, last) = (setup.min_keycode, setup.max_keycode);
        let mapping = self.connection.get_keyboard_mapping(first, last - first + 1).ok()?.reply().ok()?;
        let per_keycode = usize::from(mapping.keysyms_per_keycode);
        let index = mapping.keysyms.iter().position(|found| *found == keysym)?;
        Some((first + u8::try_from(index / per_keycode).ok()?, index % per_keycode == 1))
    }

    fn send_input(&self, event: u8, detail: u8, x: i16, y: i16) -> Option<()> {
        let sent = self.connection.xtest_fake_input(event, detail, CURRENT_TIME, self.root, x, y, 0);
        sent.ok()?.check().ok()
    }

    pub(super) fn atom(&self, name: &str) -> Option<u32> {
        Some(self.connection.intern_atom(false, name.as_bytes()).ok()?.reply().ok()?.atom)
    }

    /// Returns the first window with `text` in its name or class; with `visible`, hidden windows are ignored.
    pub(super) fn find(&self, window: Window, text: &str, visible: bool) -> Option<Window> {
        let state = self.connection.get_window_attributes(window).ok()?.reply().ok()?.map_state;
        if !visible || state == MapState::VIEWABLE {
            for property in [AtomEnum::WM_NAME, AtomEnum::WM_CLASS] {
                let value = self.connection.get_property(false, window, property, AtomEnum::ANY, 0, 1024);
                if String::from_utf8_lossy(&value.ok()?.reply().ok()?.value).contains(text) {
                    return Some(window);
                }
            }
        }
        let children = self.connection.query_tree(window).ok()?.reply().ok()?.children;
        children.into_iter().find_map(|child| self.find(child, text, visible))
    }
}
