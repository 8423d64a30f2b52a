import Testing

/// The repository's definition, run by the local interpreter with functions that fail in every way. Each suite has a file
/// of its own.
@Suite("The state machine", .enabled(if: Interpreter.isInstalled, "run statemachine/local/install"), InterpreterTrait())
struct StateMachineTests {}
