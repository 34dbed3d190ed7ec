//! A file that another program drags onto a window (the XDND protocol, version 5).

use std::path::Path;
use std::time::{Duration, Instant};

use x11rb::CURRENT_TIME;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    ClientMessageEvent, ConnectionExt as _, CreateWindowAux, EventMask, PropMode, SELECTION_NOTIFY_EVENT,
    SelectionNotifyEvent, SelectionRequestEvent, Window, WindowClass,
};
use x11rb::wrapper::ConnectionExt as _;

use super::{Screen, TIMEOUT};

/// The steps of the pointer. The first answer of a window is about itself; the page answers to later ones.
const MOVES: i16 = 20;

impl Screen {
    /// Drops a file at a place of the window with `text` in its name, and waits until the window has taken it.
    ///
    /// # Panics
    /// When the window does not accept the file.
    pub fn drop_file(&self, text: &str, (x, y): (i16, i16), file: &Path) {
        let target = self.find(self.root, text, true).expect("the window");
        let place = self.connection.translate_coordinates(target, self.root, x, y).unwrap().reply().unwrap();
        let source = self.connection.generate_id().unwrap();
        self.connection
            .create_window(
                0,
                source,
                self.root,
                0,
                0,
                1,
                1,
                0,
                WindowClass::INPUT_ONLY,
                0,
                &CreateWindowAux::new(),
            )
            .unwrap();
        let selection = self.atom("XdndSelection").unwrap();
        self.connection.set_selection_owner(source, selection, CURRENT_TIME).unwrap();

        let list = self.atom("text/uri-list").unwrap();
        let copy = self.atom("XdndActionCopy").unwrap();
        let move_to = |x: i16| {
            let place = (u32::from(x as u16) << 16) | u32::from(place.dst_y as u16);
            self.tell(target, "XdndPosition", [source, 0, place, CURRENT_TIME, copy]);
        };
        self.tell(target, "XdndEnter", [source, 5 << 24, list, 0, 0]);
        move_to(place.dst_x - MOVES);

        let (status, finished) = (self.atom("XdndStatus"), self.atom("XdndFinished"));
        let (started, mut moves, mut dropped) = (Instant::now(), 0, false);
        while started.elapsed() < TIMEOUT {
            match self.connection.poll_for_event().unwrap() {
                Some(Event::SelectionRequest(request)) => self.answer(&request, file),
                Some(Event::ClientMessage(message)) if Some(message.type_) == finished => return,
                Some(Event::ClientMessage(message)) if Some(message.type_) == status && !dropped => {
                    moves += 1;
                    let accepted = message.data.as_data32()[1] & 1 == 1;
                    dropped = accepted && moves > MOVES;
                    if dropped {
                        self.tell(target, "XdndDrop", [source, 0, CURRENT_TIME, 0, 0]);
                    } else {
                        move_to(place.dst_x - (MOVES - moves).max(0));
                    }
                }
                Some(_) => {}
                None => std::thread::sleep(Duration::from_millis(5)),
            }
        }
        panic!("the window did not take the file; accepted: {dropped}");
    }

    fn tell(&self, target: Window, name: &str, data: [u32; 5]) {
        let message = ClientMessageEvent::new(32, target, self.atom(name).unwrap(), data);
        self.connection.send_event(false, target, EventMask::NO_EVENT, message).unwrap();
        self.connection.flush().unwrap();
    }

    fn answer(&self, request: &SelectionRequestEvent, file: &Path) {
        let list = format!("file://{}\r\n", file.display());
        let SelectionRequestEvent { requestor, property, target, selection, time, .. } = *request;
        self.connection
            .change_property8(PropMode::REPLACE, requestor, property, target, list.as_bytes())
            .unwrap();
        let notice = SelectionNotifyEvent {
            response_type: SELECTION_NOTIFY_EVENT,
            sequence: 0,
            time,
            requestor,
            selection,
            target,
            property,
        };
        self.connection.send_event(false, requestor, EventMask::NO_EVENT, notice).unwrap();
        self.connection.flush().unwrap();
    }
}
