import Time

/// The timeout of each socket wait, capped by the overall deadline.
struct WaitLimit {
  let timeout: Duration
  let deadline: Deadline

  /// The remaining time in milliseconds, for poll(2). Rounded up, so that the limit has passed when the wait times out.
  var milliseconds: Int32 {
    let left = max(.zero, min(timeout, deadline.remaining))
    return Int32(clamping: left.inMilliseconds + (left > .milliseconds(left.inMilliseconds) ? 1 : 0))
  }
}
