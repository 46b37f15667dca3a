"""Forms (biểu mẫu): workbooks for people, made from the registry, deterministic byte for byte."""
