"""c2cd as its admin has it: a service of a booted PBX host."""
