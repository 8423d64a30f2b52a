import Foundation

/// libFuzzer's entry point, called with each input. FUZZ_TARGET names the target. `make fuzz` builds and runs it.
@_cdecl("LLVMFuzzerTestOneInput")
public func readInput(_ bytes: UnsafePointer<UInt8>?, _ size: Int) -> Int32 {
  do { try target.read(bytes.map { Data(bytes: $0, count: size) } ?? Data()) } catch {
    fatalError("\(target): \(error)")
  }
  return 0
}

private let target: FuzzTarget = {
  guard let target = FuzzTarget(rawValue: ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? "") else {
    fatalError("FUZZ_TARGET is one of: \(FuzzTarget.allCases.map(\.rawValue).joined(separator: " "))")
  }
  return target
}()
