//! Locks mutexes without poisoning.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks even after a panic in another test: every critical section leaves its data consistent.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
