# The VPC of the migration: two private subnets, a VPN to the data centre, and a way to S3 that does not leave AWS.

locals {
  data_center = "10.20.0.0/16"
}

resource "aws_vpc" "migration" {
  cidr_block           = "10.40.0.0/16"
  enable_dns_hostnames = true
  tags                 = { Name = "ledger-migration" }
}

resource "aws_subnet" "a" {
  vpc_id            = aws_vpc.migration.id
  cidr_block        = "10.40.1.0/24"
  availability_zone = "us-east-1a"
  tags              = { Name = "ledger-migration-a" }
}

resource "aws_subnet" "b" {
  vpc_id            = aws_vpc.migration.id
  cidr_block        = "10.40.2.0/24"
  availability_zone = "us-east-1b"
  tags              = { Name = "ledger-migration-b" }
}

resource "aws_vpn_gateway" "data_center" {
  vpc_id = aws_vpc.migration.id
  tags   = { Name = "ledger-migration" }
}

resource "aws_route_table" "private" {
  vpc_id = aws_vpc.migration.id
  tags   = { Name = "ledger-migration" }
}

resource "aws_route" "data_center" {
  route_table_id         = aws_route_table.private.id
  destination_cidr_block = local.data_center
  gateway_id             = aws_vpn_gateway.data_center.id
}

resource "aws_route_table_association" "a" {
  subnet_id      = aws_subnet.a.id
  route_table_id = aws_route_table.private.id
}

resource "aws_route_table_association" "b" {
  subnet_id      = aws_subnet.b.id
  route_table_id = aws_route_table.private.id
}

resource "aws_vpc_endpoint" "s3" {
  vpc_id          = aws_vpc.migration.id
  service_name    = "com.amazonaws.us-east-1.s3"
  route_table_ids = [aws_route_table.private.id]
  tags            = { Name = "ledger-migration" }
}

resource "aws_security_group" "dms" {
  name        = "ledger-dms"
  description = "Replication instance of the ledger migration"
  vpc_id      = aws_vpc.migration.id
  tags        = { Name = "ledger-dms" }

  egress {
    description = "S3"
    protocol    = "tcp"
    from_port   = 443
    to_port     = 443
    cidr_blocks = ["0.0.0.0/0"]
  }

  egress {
    description = "MySQL in the data centre"
    protocol    = "tcp"
    from_port   = 3306
    to_port     = 3306
    cidr_blocks = [local.data_center]
  }
}
