import Testing

/// The project's one definition, run by an interpreter while the functions that it calls misbehave. The suites are in
/// files of their own.
@Suite("The state machine", .enabled(if: Interpreter.isInstalled, "run statemachine/local/install"), InterpreterTrait())
struct StateMachineTests {}
