import Testing

extension Trait where Self == TimeLimitTrait {
  /// Ends a test that never ends. The time counts from when a test is queued, behind all others of its process, so that a
  /// limit below the time of `make test` fails tests that are quick.
  public static var noHang: Self { .timeLimit(.minutes(45)) }
}
