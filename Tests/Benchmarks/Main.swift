import Foundation

@main
struct Main {
  static func main() throws {
    let binaries = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    let environment = ProcessInfo.processInfo.environment
    for measurement in try FunctionBenchmarks(binaries: binaries, environment: environment).measurements() {
      print(measurement.row)
    }
  }
}
