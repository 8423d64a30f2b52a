// The main function is libFuzzer's, from -sanitize=fuzzer. This file makes SwiftPM link a program.
int LLVMFuzzerTestOneInput(const unsigned char *bytes, unsigned long size);
int (*const festvibes_fuzz_entry)(const unsigned char *, unsigned long) = LLVMFuzzerTestOneInput;
