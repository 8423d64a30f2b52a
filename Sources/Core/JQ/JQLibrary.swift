import CJQ
import Glibc

/// The functions of libjq, opened on first use: a process that runs no filter does not load it. Every function but `copy`
/// consumes the values that it is given.
struct JQLibrary: Sendable {
  typealias State = OpaquePointer
  typealias MessageHandler = @convention(c) (UnsafeMutableRawPointer?, jv) -> Void

  /// The name of libjq 1.5 to 1.7's binary interface.
  static let name = "libjq.so.1"
  static let shared = Result { () throws(JQError) in try JQLibrary() }

  // The interpreter.
  let initialize: @convention(c) () -> State?
  let tearDown: @convention(c) (UnsafeMutablePointer<State?>) -> Void
  let setErrorHandler: @convention(c) (State, MessageHandler?, UnsafeMutableRawPointer?) -> Void
  let compile: @convention(c) (State, UnsafePointer<CChar>) -> CInt
  let start: @convention(c) (State, jv, CInt) -> Void
  let next: @convention(c) (State) -> jv
  let halt: @convention(c) (State, jv, jv) -> Void

  // Values.
  let kind: @convention(c) (jv) -> jv_kind
  let copy: @convention(c) (jv) -> jv
  let free: @convention(c) (jv) -> Void
  let invalid: @convention(c) () -> jv
  let invalidHasMessage: @convention(c) (jv) -> CInt
  let invalidMessage: @convention(c) (jv) -> jv
  let null: @convention(c) () -> jv
  let bool: @convention(c) (CInt) -> jv
  let number: @convention(c) (Double) -> jv
  let numberValue: @convention(c) (jv) -> Double
  let string: @convention(c) (UnsafePointer<CChar>, CInt) -> jv
  let stringLength: @convention(c) (jv) -> CInt
  let stringValue: @convention(c) (jv) -> UnsafePointer<CChar>
  let array: @convention(c) (CInt) -> jv
  let arrayLength: @convention(c) (jv) -> CInt
  let arrayGet: @convention(c) (jv, CInt) -> jv
  let arrayAppend: @convention(c) (jv, jv) -> jv
  let object: @convention(c) () -> jv
  let objectSet: @convention(c) (jv, jv, jv) -> jv
  let objectIterate: @convention(c) (jv) -> CInt
  let objectNext: @convention(c) (jv, CInt) -> CInt
  let objectIsValid: @convention(c) (jv, CInt) -> CInt
  let objectKey: @convention(c) (jv, CInt) -> jv
  let objectValue: @convention(c) (jv, CInt) -> jv
  let dump: @convention(c) (jv, CInt) -> jv

  private init() throws(JQError) {
    guard let handle = dlopen(Self.name, RTLD_NOW | RTLD_LOCAL) else {
      let reason = dlerror().map { String(cString: $0) } ?? "no reason given"
      throw JQError(
        "\(Self.name), which runs jq filters, cannot be opened (\(reason)): install the package libjq1",
        isOfMachine: true)
    }
    func function<Function>(_ name: String) throws(JQError) -> Function {
      guard let address = dlsym(handle, name) else {
        throw JQError(
          "\(Self.name) has no function \(name): install the package libjq1 in version 1.6", isOfMachine: true)
      }
      return unsafeBitCast(address, to: Function.self)
    }
    initialize = try function("jq_init")
    tearDown = try function("jq_teardown")
    setErrorHandler = try function("jq_set_error_cb")
    compile = try function("jq_compile")
    start = try function("jq_start")
    next = try function("jq_next")
    halt = try function("jq_halt")
    kind = try function("jv_get_kind")
    copy = try function("jv_copy")
    free = try function("jv_free")
    invalid = try function("jv_invalid")
    invalidHasMessage = try function("jv_invalid_has_msg")
    invalidMessage = try function("jv_invalid_get_msg")
    null = try function("jv_null")
    bool = try function("jv_bool")
    number = try function("jv_number")
    numberValue = try function("jv_number_value")
    string = try function("jv_string_sized")
    stringLength = try function("jv_string_length_bytes")
    stringValue = try function("jv_string_value")
    array = try function("jv_array_sized")
    arrayLength = try function("jv_array_length")
    arrayGet = try function("jv_array_get")
    arrayAppend = try function("jv_array_append")
    object = try function("jv_object")
    objectSet = try function("jv_object_set")
    objectIterate = try function("jv_object_iter")
    objectNext = try function("jv_object_iter_next")
    objectIsValid = try function("jv_object_iter_valid")
    objectKey = try function("jv_object_iter_key")
    objectValue = try function("jv_object_iter_value")
    dump = try function("jv_dump_string")
  }
}
