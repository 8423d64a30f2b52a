import Time

/// How long each wait for a peer may last: a time-out, and never past a deadline.
struct Patience {
  let timeout: Duration
  let deadline: Deadline

  /// What is left now, in milliseconds for poll(2): rounded up, so that a wait which ended in vain is really over.
  var milliseconds: Int32 {
    let left = max(.zero, min(timeout, deadline.remaining))
    return Int32(clamping: left.inMilliseconds + (left > .milliseconds(left.inMilliseconds) ? 1 : 0))
  }
}
