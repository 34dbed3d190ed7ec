//! Locking.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks a mutex that guards plain data, which a panic elsewhere leaves intact.
pub fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
